// What every root script calls: `node infra/local/bootstrap.mjs <script> [arguments]`. It runs before anything is installed, on the machine's own
// Node (>= 18), and so is plain JavaScript without dependencies. It makes sure of the dependencies and the generated code, silently when both are
// fresh, and hands over to Node 24 from node_modules.
import { join } from 'node:path'
import { installDependencies } from './bootstrap/dependencies.mjs'
import { generate, generatePrisma } from './bootstrap/generate.mjs'
import { environment, handOver, node24, root } from './bootstrap/run.mjs'

const local = (...args) => [join(root, 'infra', 'local', 'src', 'main.ts'), ...args]

/** By script: the entry that is run, and whether it needs the services' generated code. */
const scripts = {
  start: { entry: local('start'), prisma: true },
  dev: { entry: local('dev'), prisma: true },
  status: { entry: local('status'), prisma: false },
  stop: { entry: local('stop'), prisma: false },
  test: { entry: local('test'), prisma: true },
  infra: { entry: local('infra'), prisma: false },
  bench: { entry: [join(root, 'infra', 'bench', 'src', 'main.ts')], prisma: true },
  chaos: { entry: [join(root, 'infra', 'chaos', 'src', 'main.ts')], prisma: true },
  simulate: { entry: [join(root, 'infra', 'simulate', 'src', 'main.ts')], prisma: false },
  murmur: { entry: [join(root, 'packages', 'cli', 'src', 'main.ts')], prisma: false },
  lint: { entry: [join(root, 'infra', 'lint', 'src', 'main.ts')], prisma: true },
}

const genHelp = `npm run gen   writes all generated files: event types and validators from schemas/, AsyncAPI, the services' Prisma
clients, the saga map (docs/choreography.md) from the subscriptions, and what the tests show (docs/compensations.md, docs/faults.md)
`

const [script, ...args] = process.argv.slice(2)

const main = async () => {
  if (script !== 'gen' && !(script in scripts)) {
    process.stderr.write(`usage: node infra/local/bootstrap.mjs ${['gen', ...Object.keys(scripts)].join('|')} [arguments]\n`)
    return 2
  }
  if (script === 'gen' && args.includes('--help')) {
    process.stdout.write(genHelp)
    return 0
  }
  const tools = await installDependencies()
  if (script === 'gen') return generate(tools)
  const { entry, prisma } = scripts[script]
  if (prisma && !args.includes('--help')) await generatePrisma(tools)
  return handOver(node24(), [...entry, ...args], environment(tools))
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
