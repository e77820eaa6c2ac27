// Hosts services together: node --import @murmuration/telemetry/register src/main.ts [--from <folder of services>] order payment …
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { load } from './load.ts'
import { runProcess } from './process.ts'

const usual = join(import.meta.dirname, '..', '..', '..', 'services')
const { values, positionals } = parseArgs({ options: { from: { type: 'string', default: usual } }, allowPositionals: true })
const { services, problems } = await load(values.from, positionals)
await runProcess(services, process.env, problems)
