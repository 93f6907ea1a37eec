import { type Command, Option } from 'commander';
import type { JudgeOptions } from './judge.ts';
import { RUNNERS } from './runner.ts';

const SIDE_BY_SIDE = 16;

/** `verify-service`: the part of `run` that replays the REST contracts, each interaction in its state. */
export function addVerifyService(
  root: Command,
  commands: { run(options: JudgeOptions): Promise<number> },
  done: (exitCode: number) => void,
): void {
  root
    .command('verify-service')
    .description('replay the contract of the REST operations with a target, in states that real calls bring about')
    .option('--target <file>', 'target file; without it as with run')
    .addOption(new Option('--runner <kind>', 'where SIPp runs').choices(RUNNERS).default('auto'))
    .option('--report <dir>', 'where the report goes', 'reports/contracts')
    .action(async (options: Pick<JudgeOptions, 'target' | 'runner' | 'report'>) =>
      done(await commands.run({ ...options, area: 'contracts', concurrency: SIDE_BY_SIDE })),
    );
}
