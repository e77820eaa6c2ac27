import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, handOver, node24, root, run } from './run.mjs'

const schemas = () =>
  readdirSync(join(root, 'services'))
    .map((name) => ({ name, folder: join(root, 'services', name), schema: join(root, 'services', name, 'prisma', 'schema.prisma') }))
    .filter(({ schema }) => existsSync(schema))

const clientOf = (folder) => join(folder, 'src', 'store', 'prisma')

const prismaVersion = (folder) => JSON.parse(readFileSync(join(folder, 'node_modules', 'prisma', 'package.json'), 'utf8')).version

const hashOf = ({ folder, schema }) => createHash('sha256').update(readFileSync(schema)).update(prismaVersion(folder)).digest('hex')

const stampOf = (folder) => join(clientOf(folder), '.schema-hash')

const isFresh = (service) => existsSync(stampOf(service.folder)) && readFileSync(stampOf(service.folder), 'utf8') === hashOf(service)

const generateOne = async (service, tools) => {
  const { folder, schema } = service
  const program = join(folder, 'node_modules', 'prisma', 'build', 'index.js')
  // Generating never calls the schema engine, but looks for it on a download site unless some executable is named.
  const env = { ...environment(tools), PRISMA_SCHEMA_ENGINE_BINARY: node24(), PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' }
  await run(node24(), [program, 'generate', '--schema', schema], { cwd: folder, env, quiet: true })
  writeFileSync(stampOf(folder), hashOf(service))
}

/** The services' Prisma clients, where a schema changed since they were made; two at a time. */
export const generatePrisma = async (tools, { all = false } = {}) => {
  const stale = schemas().filter((service) => all || !isFresh(service))
  if (stale.length === 0) return
  process.stderr.write(`generating database clients: ${stale.map(({ name }) => name).join(', ')}\n`)
  const waiting = stale.values()
  const worker = async () => {
    for (const service of waiting) await generateOne(service, tools)
  }
  await Promise.all([worker(), worker()])
}

/** `npm run gen`: everything that is generated. Returns the exit code. */
export const generate = async (tools) => {
  const env = environment(tools)
  const contracts = await handOver(node24(), [join(root, 'packages', 'contracts', 'scripts', 'generate.ts')], env)
  if (contracts !== 0) return contracts
  const openApi = await handOver(node24(), [join(root, 'services', 'gateway', 'scripts', 'openapi.ts')], env)
  if (openApi !== 0) return openApi
  await generatePrisma(tools, { all: true })
  const map = await handOver(node24(), [join(root, 'packages', 'cli', 'src', 'main.ts'), 'map', '--write'], env)
  if (map !== 0) return map
  return handOver(node24(), [join(root, 'infra', 'checker', 'src', 'main.ts'), 'coverage', '--write'], env)
}
