import type { Command, Option } from 'commander';
import { Argument } from 'commander';
import { WordsOption } from './words-option.ts';

/** Shells for which there is a completion. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** What may follow an option or stand as an argument. */
type Value =
  /** One of these words, or, as a `list`, some of them with commas between. */
  { readonly kind: 'words' | 'list'; readonly words: readonly string[] } | { readonly kind: 'files' } | undefined;

/** A command of the tree. `path`: the words that lead to it, none for the program itself. */
interface Node {
  readonly path: readonly string[];
  readonly about: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly { readonly flag: string; readonly about: string; readonly value: Value }[];
  /** Of the first argument. */
  readonly argument: Value;
}

/** Registers `completion`. */
export function addCompletion(root: Command, out: (text: string) => void, done: (exitCode: number) => void): void {
  root
    .command('completion')
    .description('print what makes a shell complete this program')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      [
        '',
        'bash:  source <(mediaservice-conformance completion bash)',
        `zsh:   mediaservice-conformance completion zsh > "\${fpath[1]}/_mediaservice-conformance"`,
        'fish:  mediaservice-conformance completion fish > ~/.config/fish/completions/mediaservice-conformance.fish',
        '',
        'Try it at once:\n  $ mediaservice-conformance completion bash',
        '',
      ].join('\n'),
    )
    .action((shell: Shell) => {
      out(completion(root, shell));
      done(0);
    });
}

/** The completion of a program for a shell, made of its tree of commands and options. */
export function completion(root: Command, shell: Shell): string {
  const nodes = walk(root, []);
  switch (shell) {
    case 'bash':
      return bash(root.name(), nodes);
    case 'zsh':
      return zsh(root.name(), nodes);
    case 'fish':
      return fish(root.name(), nodes);
    default:
      return shell satisfies never;
  }
}

function walk(command: Command, path: readonly string[]): Node[] {
  const help = command.createHelp();
  const own: Node = {
    path,
    about: command.description(),
    commands: help.visibleCommands(command).map((one) => ({ name: one.name(), about: one.description() })),
    options: help.visibleOptions(command).map((option) => ({
      flag: option.long ?? option.short ?? '',
      about: option.description,
      value: valueOfOption(option),
    })),
    argument: valueOfArgument(command.registeredArguments[0]),
  };
  return [own, ...command.commands.flatMap((one) => walk(one, [...path, one.name()]))];
}

function valueOfOption(option: Option): Value {
  const { required, optional, argChoices } = option;
  if (option instanceof WordsOption)
    return { kind: option.several ? 'list' : 'words', words: option.words().toSorted() };
  if (argChoices !== undefined) return { kind: 'words', words: argChoices };
  return required || optional ? { kind: 'files' } : undefined;
}

function valueOfArgument(argument: Argument | undefined): Value {
  if (argument === undefined) return undefined;
  return argument.argChoices === undefined ? { kind: 'files' } : { kind: 'words', words: argument.argChoices };
}

const wordsOf = (node: Node): string[] => [
  ...node.commands.map(({ name }) => name),
  ...(node.argument?.kind === 'words' ? node.argument.words : []),
  ...node.options.map(({ flag }) => flag),
];
const functionName = (name: string): string => `_${name.replace(/[^a-z0-9]/gi, '_')}`;
const quoted = (words: readonly string[]): string => `'${words.join(' ').replaceAll("'", '')}'`;
const key = (path: readonly string[]): string => path.join(' ');

/** Finds out which command the words before the cursor lead to. Common to bash and zsh, whose arrays begin at 1. */
function pathLoop(nodes: readonly Node[], words: string): string[] {
  const paths = nodes.filter(({ path }) => path.length > 0).map(({ path }) => `"${key(path)}"`);
  return [
    '  local verb= word',
    `  for word in ${words}; do`,
    `    case "\${verb:+$verb }$word" in`,
    `      ${paths.join('|')}) verb="\${verb:+$verb }$word" ;;`,
    '    esac',
    '  done',
  ];
}

function bash(name: string, nodes: readonly Node[]): string {
  const reply = (words: readonly string[]): string => `COMPREPLY=($(compgen -W ${quoted(words)} -- "$current"))`;
  const files = 'COMPREPLY=($(compgen -f -- "$current"))';
  const list = (words: readonly string[]): string =>
    `COMPREPLY=($(compgen -P "\${current%"\${current##*,}"}" -W ${quoted(words)} -- "\${current##*,}"))`;
  const values = valueCases(nodes, { words: reply, list, files });
  const verbs = nodes.map((node) => {
    const more = node.argument?.kind === 'files' ? ' COMPREPLY+=($(compgen -f -- "$current"))' : '';
    return `    "${key(node.path)}") ${reply(wordsOf(node))};${more === '' ? '' : `${more};`} return ;;`;
  });
  return `${[
    `# Completion of ${name} for bash.`,
    `${functionName(name)}() {`,
    `  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}`,
    ...pathLoop(nodes, `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`),
    '  case "$verb,$previous" in',
    ...values,
    '  esac',
    '  case "$verb" in',
    ...verbs,
    '  esac',
    '}',
    `complete -o filenames -F ${functionName(name)} ${name}`,
  ].join('\n')}\n`;
}

/** What may follow an option that takes a value: a branch of `case` each, as bash and zsh both read it. */
const valueCases = (
  nodes: readonly Node[],
  { words, list, files }: Record<'words' | 'list', (offered: readonly string[]) => string> & { readonly files: string },
): string[] =>
  nodes.flatMap(({ path, options }) =>
    options.flatMap(({ flag, value }) =>
      value === undefined
        ? []
        : [
            `    "${key(path)},${flag}") ${value.kind === 'files' ? files : { words, list }[value.kind](value.words)}; return ;;`,
          ],
    ),
  );

function zsh(name: string, nodes: readonly Node[]): string {
  const add = (words: readonly string[]): string => `compadd -- ${words.join(' ')}`;
  const list = (words: readonly string[]): string => `_values -s , value ${words.join(' ')}`;
  const values = valueCases(nodes, { words: add, list, files: '_files' });
  const described = (list: readonly { readonly word: string; readonly about: string }[]): string =>
    list.map(({ word, about }) => zshQuoted(`${word.replaceAll(':', '\\:')}:${about}`)).join(' ');
  const verbs = nodes.flatMap((node) => {
    const list = [
      ...node.commands.map(({ name: word, about }) => ({ word, about })),
      ...(node.argument?.kind === 'words' ? node.argument.words.map((word) => ({ word, about: '' })) : []),
      ...node.options.map(({ flag, about }) => ({ word: flag, about })),
    ];
    return [
      `    "${key(node.path)}")`,
      `      choices=(${described(list)})`,
      "      _describe 'choice' choices",
      ...(node.argument?.kind === 'files' ? ['      _files'] : []),
      '      return ;;',
    ];
  });
  return `${[
    `#compdef ${name}`,
    `# Completion of ${name} for zsh.`,
    `${functionName(name)}() {`,
    `  local previous=\${words[CURRENT-1]}`,
    '  local -a choices',
    ...pathLoop(nodes, `"\${(@)words[2,CURRENT-1]}"`),
    '  case "$verb,$previous" in',
    ...values,
    '  esac',
    '  case "$verb" in',
    ...verbs,
    '  esac',
    '}',
    `if [ "$funcstack[1]" = "_${name}" ]; then ${functionName(name)} "$@"; else compdef ${functionName(name)} ${name}; fi`,
  ].join('\n')}\n`;
}

const zshQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fish(name: string, nodes: readonly Node[]): string {
  const lines = nodes.flatMap((node) => {
    const deeper = node.commands.map((command) => command.name).join(' ');
    const seen = node.path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const here = [...seen, ...(deeper === '' ? [] : [`not __fish_seen_subcommand_from ${deeper}`])].join('; and ');
    const on = `complete -c ${name}${here === '' ? '' : ` -n ${fishQuoted(here)}`}`;
    return [
      ...node.commands.map((command) => `${on} -f -a ${command.name} -d ${fishQuoted(command.about)}`),
      ...(node.argument?.kind === 'words' ? [`${on} -f -a ${quoted(node.argument.words)}`] : []),
      ...node.options.map(({ flag, about, value }) => {
        return `${on} -l ${flag.replace(/^--/, '')}${fishTakes(value)} -d ${fishQuoted(about)}`;
      }),
    ];
  });
  return `# Completion of ${name} for fish.\n${lines.join('\n')}\n`;
}

function fishTakes(value: Value): string {
  switch (value?.kind) {
    case undefined:
      return ' -f';
    case 'files':
      return ' -r -F';
    case 'words':
      return ` -x -a ${quoted(value.words)}`;
    case 'list':
      return ` -x -a '(__fish_complete_list , "printf %s\\\\n ${value.words.join(' ')}")'`;
    default:
      return value satisfies never;
  }
}
