/** The rule of the design: services → libs, never service → service; and who may touch the broker and the database. */
module.exports = {
  forbidden: [
    {
      name: 'no-service-to-service',
      comment: 'Services share code through libs, and talk over HTTP and the broker.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: {
        path: ['^services/', '^@gatecast/(api-service|ws-edge|artifacts-service|gateway-agent|front-door|cli|console)'],
        pathNot: '^services/$1/',
      },
    },
    {
      name: 'no-lib-to-service',
      severity: 'error',
      from: { path: '^libs/' },
      to: {
        path: [
          '^services/',
          '^stack/',
          '^@gatecast/(api-service|ws-edge|artifacts-service|gateway-agent|front-door|cli|console|stack)',
        ],
      },
    },
    {
      name: 'no-database-in-ws-edge',
      comment: 'An edge holds nothing that it cannot lose and asks artifacts-service for the rest.',
      severity: 'error',
      from: { path: '^services/(ws-edge|front-door|gateway-agent|cli)/' },
      to: { path: ['libs/database', 'node_modules/(pg|@prisma)/'] },
    },
    {
      name: 'nats-only-in-broker',
      severity: 'error',
      from: { path: '^(libs|services)/', pathNot: '^libs/broker/' },
      to: { path: 'node_modules/nats/' },
    },
    {
      name: 'prisma-and-pg-only-in-database',
      severity: 'error',
      from: { path: '^(libs|services)/', pathNot: '^libs/database/' },
      to: { path: 'node_modules/(pg|@prisma)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    // The parser reads no JSX; what such a file may import its tsconfig.json says (nothing outside of its folder) and knip (listed packages).
    exclude: { path: ['libs/(database|api-client)/src/generated', '[.]tsx$'] },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
