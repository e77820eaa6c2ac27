/** Direction of dependencies (docs/architecture.md). dependency-cruiser needs a TypeScript compiler API, which TypeScript 6 gives it. */
module.exports = {
  forbidden: [
    {
      name: 'services-never-import-each-other',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-know-no-service',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/cli/' },
      to: { path: '^services/' },
    },
    {
      name: 'domain-imports-contracts-and-money-only',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^(services/$1/src/domain/|packages/(contracts|money)/)' },
    },
    {
      name: 'on-and-commands-stay-pure',
      comment: 'What reactions import must load without any I/O: the saga map, the simulator and the command line import it.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/(on|commands|subscriptions)' },
      to: {
        path: '(node_modules/(pg|ioredis|kafkajs|express|@prisma)/|/src/store/prisma/|^node:(fs|net|http))',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'store-does-not-know-reactions',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/(store|domain)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^services/[^/]+/src/(on|commands|routes)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'resolvable', severity: 'error', from: { pathNot: '/src/store/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/generated/|/src/store/prisma/|/dist/|\\.local/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
}
