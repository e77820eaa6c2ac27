// Hosts services together: node --import @murmuration/telemetry/register src/main.ts order payment …
import { join } from 'node:path'
import { load } from './load.ts'
import { runProcess } from './process.ts'

const { services, problems } = await load(join(import.meta.dirname, '..', '..', '..', 'services'), process.argv.slice(2))
await runProcess(services, process.env, problems)
