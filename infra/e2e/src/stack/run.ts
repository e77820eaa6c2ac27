import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { plain, repositoryRoot, type Stack, silent, stackFolder, startStack, stopStack, withLock } from '@murmuration/local'
import { controlServer } from './control-server.ts'
import { firstHosting } from './hosting.ts'
import type { Provided } from './provided.ts'

// A process of its own, started by the global setup. It prints what the tests have to know, and ends with its stdin: also when vitest is killed.

// A stack in a folder of its own: what is killed here must not be what other packages' tests stand on.
const folder = join(repositoryRoot, '.local', 'e2e')
process.env['MURMURATION_LOCAL'] = folder
for (const name of ['KAFKA_BROKERS', 'POSTGRES_URL', 'REDIS_URL', 'TEMPO_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'])
  Reflect.deleteProperty(process.env, name)
// kafkajs computes negative timeouts, about which Node warns.
process.removeAllListeners('warning')

const need = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`the stack has no ${what}`)
  return value
}

const settings = {
  SAGA_SAMPLE_RATIO: '1',
  PROVIDER_LATENCY_MS: '5',
  PROVIDER_SUCCESS_RATE: '1',
  PROVIDER_WEBHOOKS: 'false',
  // Two more attempts, soon.
  REFUND_RETRIES_MS: '200,400',
  RATE_LIMIT_PER_SECOND: '5000',
}

const told = async (stack: Stack): Promise<Provided> => ({
  gateway: stack.service('gateway').url,
  provider: stack.service('provider').url,
  urls: Object.fromEntries(Object.values(stack.services).map(({ name, url }) => [name, url])),
  control: (await controlServer(stack)).url,
  brokers: need(stack.infra.kafka, 'Kafka').brokers,
  postgres: need(stack.infra.postgres, 'PostgreSQL').url,
  tempo: need(stack.infra.tempo, 'Tempo').url,
  stackFile: join(stackFolder('test'), 'stack.json'),
  admin: stack.admin,
  demo: stack.demo,
})

// Begins and ends with nothing, also after a run that was killed; only the logs of the last run stay.
const clear = async (...folders: string[]): Promise<void> => {
  await stopStack('test')
  for (const name of folders) await rm(join(stackFolder('test'), name), { recursive: true, force: true })
}

const ended = once(process.stdin.resume(), 'end')
try {
  // Two runs at once would end each other's processes.
  await withLock(`${folder}.lock`, async () => {
    await clear('data', 'logs')
    try {
      const stack = await startStack({
        ...{ profile: 'test', fresh: true, hosting: firstHosting, report: process.env['CI'] ? plain : silent, env: settings },
      })
      process.stdout.write(`${JSON.stringify(await told(stack))}\n`)
      await ended
      await stack.stop()
    } finally {
      await clear('data')
    }
  })
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
