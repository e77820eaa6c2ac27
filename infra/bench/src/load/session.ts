import type { LoadOptions, Progress } from '../commands/options.ts'
import { measured, type Spent } from '../measure/processes.ts'
import { monotonicMs, type Window } from '../profile/samples.ts'
import { login, registerBuyers } from '../setup/accounts.ts'
import { type Product, seed, stockUp } from '../setup/goods.ts'
import { quickProvider } from '../setup/provider.ts'
import { raiseRules } from '../setup/rules.ts'
import type { Subject } from '../setup/running.ts'
import { type Account, type Ledger, ledger } from '../stats/ledger.ts'
import { watchEndings } from '../watch/endings.ts'
import { type Place, placer } from './buyers.ts'
import { gateway } from './gateway.ts'
import { drained, saturated } from './phases.ts'
import { wire } from './wire.ts'

/** A phase of load and what came of it; times are of performance.now(). */
export interface Phase {
  readonly account: Account
  readonly startedAt: number
  readonly spent: readonly Spent[]
  readonly window: Window
}

type Work<R> = (book: Ledger, from: number) => Promise<R>

/** A stack with goods and buyers, ready for load in phases. */
export interface Session {
  readonly place: Place
  readonly products: readonly Product[]
  /** Runs a phase on a book of its own, to which the topics' signs go, until all its sagas have ended. */
  phase<R>(name: string, work: Work<R>): Promise<Phase & { readonly done: R }>
  /** As fast as it goes for so many seconds. */
  saturate(name: string, seconds: number): Promise<Phase>
  close(): Promise<void>
}

const patienceMs = 30_000
export const warmUpSeconds = 6

/** Buyers, goods, rules that let the load through, and a watch on the topics. */
export async function openSession(subject: Subject, { buyers, clients, inFlight }: LoadOptions, say: Progress): Promise<Session> {
  const { ask, close } = gateway(subject.gatewayUrl)
  const orders = wire(subject.gatewayUrl)
  const token = await login(ask, subject.admin.email, subject.admin.password)
  say('the catalogue …')
  await seed(subject.gatewayUrl, subject.admin)
  const products = await stockUp(ask, token, { pieces: 20_000 })
  say('the buyers …')
  const shop = { buyers: await registerBuyers(ask, buyers), productIds: products.map(({ productId }) => productId) }
  const undo = [await raiseRules(ask, token), ...(subject.providerUrl === undefined ? [] : [await quickProvider(subject.providerUrl)])]
  const place = placer(orders, shop)
  let book = ledger()
  let next = 0
  const watch = await watchEndings(subject.brokers, (sagaId, sign, at) => book.saw(sagaId, sign, at))

  async function phase<R>(name: string, work: Work<R>): Promise<Phase & { readonly done: R }> {
    say(`${name} …`)
    book = ledger()
    const [startedAt, from] = [performance.now(), monotonicMs()]
    const { result, spent } = await measured(subject.pids, async () => {
      const done = await work(book, next)
      await drained(book, patienceMs)
      return done
    })
    const account = book.close()
    next += account.postMs.length
    return { account, startedAt, spent, window: { from, to: monotonicMs() }, done: result }
  }
  return {
    place,
    products,
    phase,
    saturate: (name, seconds) => phase(name, (on, from) => saturated({ place, book: on, seconds, clients, inFlight, from })),
    async close() {
      await watch.stop()
      for (const each of undo) await each()
      close()
      orders.close()
    },
  }
}
