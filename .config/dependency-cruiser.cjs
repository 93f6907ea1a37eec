// The dependency rules of docs/architecture.md, numbered as there.
const server = '^reference-server/src/';
const test = '\\.test\\.ts$';
const pure = `${server}(sip/(message|transaction|dialog)/|sip/endpoint|sdp/|drachtio/(frame|frame-event|command)\\.ts|media/core/|session/)`;
const io =
  '^(node:)?(net|dgram|http|https|tls|timers|timers/promises|fs|fs/promises|child_process|worker_threads|process|dns|perf_hooks|os|cluster)$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: '1-pure',
      comment: 'Pure modules import no sockets, timers, clock, process or logger.',
      severity: 'error',
      from: { path: pure, pathNot: test },
      to: { path: `${io}|node_modules/(pino|express|undici|drachtio-srf|drachtio-fsmrf|prom-client)/` },
    },
    {
      name: '1-pure-stays-inside',
      comment: 'Pure modules import only pure modules of the server.',
      severity: 'error',
      from: { path: pure, pathNot: test },
      to: { path: server, pathNot: `${pure}|${server}sip/types` },
    },
    {
      name: '2-message-knows-nobody',
      severity: 'error',
      from: { path: `${server}sip/message/`, pathNot: test },
      to: { path: `${server}(sip/(transaction|dialog|transport|endpoint)|drachtio)` },
    },
    {
      name: '2-transaction-knows-message',
      severity: 'error',
      from: { path: `${server}sip/transaction/`, pathNot: test },
      to: { path: `${server}(sip/(dialog|transport|endpoint)|drachtio)` },
    },
    {
      name: '2-dialog-knows-transaction',
      severity: 'error',
      from: { path: `${server}sip/dialog/`, pathNot: test },
      to: { path: `${server}(sip/(transport|endpoint)|drachtio)` },
    },
    {
      name: '2-endpoint-not-drachtio',
      severity: 'error',
      from: { path: `${server}sip/`, pathNot: test },
      to: { path: `${server}drachtio` },
    },
    {
      name: '2-sip-and-media-apart',
      severity: 'error',
      from: { path: `${server}sip/` },
      to: { path: `${server}media/` },
    },
    {
      name: '2-media-and-sip-apart',
      severity: 'error',
      from: { path: `${server}media/` },
      to: { path: `${server}sip/` },
    },
    {
      name: '3-session-knows-no-adapter',
      severity: 'error',
      from: { path: `${server}session/`, pathNot: test },
      to: { path: `${server}(signalling|media|api|callbacks|storage|tts|config|observability|sip|drachtio|main|bin)` },
    },
    {
      name: '3-only-main-wires',
      comment: 'Adapters do not import main or bin.',
      severity: 'error',
      from: { path: server, pathNot: `${server}(bin|main|sip-engine|testing/.*|.*\\.test)\\.?` },
      to: { path: `${server}(main|bin)\\.ts$` },
    },
    {
      name: '4-suite-never-imports-server',
      severity: 'error',
      from: { path: '^(conformance|load)/' },
      to: { path: '^reference-server/|@mediaservice/reference-server' },
    },
    {
      name: '4-load-takes-the-kit-alone',
      comment: 'The target file and the manners of the command line; what judges is none of its business.',
      severity: 'error',
      from: { path: '^load/' },
      to: { path: '^conformance/', pathNot: '^conformance/src/kit\\.ts$' },
    },
    {
      name: '4-server-not-on-the-probe-s-libraries',
      comment: 'The probe judges with code that the server does not share, so that one bug cannot hide on both sides.',
      severity: 'error',
      from: { path: '^reference-server/' },
      to: { path: '(^|/)(rtp\\.js|alawmulaw)(/|$)' },
    },
    {
      name: '4-spec-and-fixtures-stand-alone',
      severity: 'error',
      from: { path: '^(spec|fixtures)/' },
      to: { path: '^(conformance|load|reference-server)/' },
    },
    { name: '5-no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'What k6 has built in is resolved by k6 alone.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^k6/x/sip$' },
    },
    {
      name: 'no-dev-dependency-in-production',
      severity: 'error',
      from: { path: '/src/', pathNot: `${test}|/testing/` },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist)/.*\\.d\\.ts$|/dist/' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
