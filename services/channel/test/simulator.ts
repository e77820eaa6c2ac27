import { openBook } from '../src/provider/book.ts'
import { noJournal } from '../src/provider/journal.ts'
import { listenOn } from '../src/provider/listen.ts'
import { providerServer } from '../src/provider/server.ts'
import type { Settings } from '../src/provider/settings.ts'
import { webhookSender } from '../src/provider/webhooks.ts'

const quick: Settings = {
  latencyMs: 0,
  successRate: 1,
  refundSuccessRate: 1,
  lostAnswerRate: 0,
  webhooks: false,
  webhookDelayMs: 0,
  webhookDuplicates: 0,
}

/** The provider in this process, quick and obliging unless told otherwise. */
export async function simulator({
  initial = {},
  hook,
  journal = noJournal,
}: {
  initial?: Partial<Settings>
  hook?: { url: string; secret: string }
  journal?: typeof noJournal
} = {}) {
  const webhooks = hook && webhookSender(hook)
  const server = providerServer({ book: openBook(journal.entries, journal.write), initial: { ...quick, ...initial }, webhooks })
  const listening = await listenOn(server)
  let requests: string[] = []
  server.on('request', ({ method }) => void requests.push(String(method)))
  const day = () => new Date().toISOString().slice(0, 10)
  return {
    url: listening.url,
    /** Methods of the requests since the last call. */
    requests() {
      const seen = requests
      requests = []
      return seen
    },
    async set(some: Partial<Settings>) {
      const answer = await fetch(`${listening.url}/v1/settings`, { method: 'PUT', body: JSON.stringify(some) })
      if (!answer.ok) throw new Error(await answer.text())
    },
    /** Today's statement without its header, each line as a list. */
    async statement() {
      const answer = await fetch(`${listening.url}/v1/statement.csv?day=${day()}`)
      return (await answer.text())
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','))
    },
    async close() {
      webhooks?.stop()
      server.closeAllConnections()
      await listening.close()
    },
  }
}
export type Simulator = Awaited<ReturnType<typeof simulator>>
