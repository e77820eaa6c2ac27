import { parseArgs } from 'node:util'
import { start, superviseUntilEnd } from './commands/start.ts'
import { status } from './commands/status.ts'
import { test } from './commands/test.ts'
import { ensureInfra } from './infra/ensure.ts'
import { plain } from './report.ts'
import { stopStack } from './stop.ts'

const help = `  start [--detach] [--no-demo]   everything up, a demo order placed; then the logs, or with --detach the prompt
        [--apart]                a process for each service; else all but the gateway and the provider share one
  dev   [--no-demo] [--apart]    as start, and services start anew when their sources change
  status [--json]                each service with its process, hosting and health; exit code 1 unless all are ready
  stop                           ends the stack, that of the tests too, and what a crashed run left behind
  test  [PACKAGE …]              all tests, or those of some packages; ends with "N passed, M failed"
  infra                          only the tests' infrastructure, which stays until stop

Addresses in the environment are taken instead of starting something: KAFKA_BROKERS, POSTGRES_URL, REDIS_URL,
TEMPO_URL with OTEL_EXPORTER_OTLP_ENDPOINT, PROMETHEUS_URL. Else Docker Compose, where an engine answers; else native processes.
`

const flags = {
  help: { type: 'boolean' },
  detach: { type: 'boolean' },
  apart: { type: 'boolean' },
  json: { type: 'boolean' },
  demo: { type: 'boolean' },
  'failed-before': { type: 'string' },
} as const

const main = async ([command = '', ...rest]: string[]): Promise<number> => {
  const { values, positionals } = parseArgs({ args: rest, options: flags, allowPositionals: true, allowNegative: true })
  if (values.help === true || command === '--help') {
    process.stdout.write(help)
    return 0
  }
  const demo = values.demo ?? true
  const hosting = values.apart === true ? 'apart' : 'together'
  switch (command) {
    case 'start':
      return start({ detach: values.detach ?? false, demo, watch: false, hosting })
    case 'dev':
      return start({ detach: false, demo, watch: true, hosting })
    case 'supervise':
      await superviseUntilEnd(hosting)
      return 0
    case 'status':
      return status({ json: values.json ?? false })
    case 'stop': {
      const ended = [...(await stopStack('dev')), ...(await stopStack('test'))]
      process.stdout.write(ended.length === 0 ? 'nothing was running\n' : `ended: ${ended.join(', ')}\n`)
      return 0
    }
    case 'test':
      return test({ only: positionals, failedBefore: Number(values['failed-before'] ?? 0) })
    case 'infra':
      await ensureInfra('test', plain)
      return 0
    default:
      process.stderr.write(help)
      return 2
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof TypeError && 'code' in error ? 2 : 1
}
// Children that go on in the background, and idle sockets, are no reason to stay.
process.exit()
