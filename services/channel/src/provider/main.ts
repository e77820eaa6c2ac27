import { logger, shutdownTelemetry } from '@murmuration/telemetry'
import { openBook } from './book.ts'
import { noJournal, openJournal } from './journal.ts'
import { listenOn } from './listen.ts'
import { providerServer } from './server.ts'
import { readEnvironment, settingsOf } from './settings.ts'
import { webhookSender } from './webhooks.ts'

const env = readEnvironment(process.env)
const { PROVIDER_WEBHOOK_URL: url, PROVIDER_WEBHOOK_SECRET: secret, PROVIDER_DATA_DIR: folder } = env
if (url !== undefined && secret === undefined) throw new Error('PROVIDER_WEBHOOK_URL needs a PROVIDER_WEBHOOK_SECRET to sign with')
const webhooks = url !== undefined && secret !== undefined ? webhookSender({ url, secret }) : undefined
const journal = folder === undefined ? noJournal : openJournal(folder)
const server = providerServer({ book: openBook(journal.entries, journal.write), initial: settingsOf(env), webhooks })
const listening = await listenOn(server, { port: env.PORT, host: env.HOST })
const log = logger()

const leave = async () => {
  setTimeout(() => process.exit(1), 9_500).unref()
  webhooks?.stop()
  await listening.close(4_000)
  journal.close()
  await shutdownTelemetry({ deadlineMs: 1_500 })
  process.exit()
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void leave())
log.info({ url: listening.url, entries: journal.entries.length }, 'ready')
