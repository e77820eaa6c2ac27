// The process that `bench peers` measures: the order saga as a DBOS workflow, with its load. Prints one JSON document.
// Started with a JSON document as its argument: see `Task`.
import pg from 'pg'
import { prepareBare, skus, together } from '../bare/run.ts'
import { type BareSaga, bareSaga } from '../bare/steps.ts'
import type { Place } from '../load/buyers.ts'
import { drained, offered, saturated } from '../load/phases.ts'
import { type Ledger, ledger } from '../stats/ledger.ts'
import { accountOf, type PeerPhase } from './phase.ts'
import { steps } from './steps.ts'
import { loadTransact } from './transact.ts'

/** What is to be measured, and where. */
export interface Task {
  /** Where `infra/bench/peers` was installed. */
  readonly packages: string
  readonly databaseUrl: string
  readonly seconds: number
  readonly clients: number
  readonly rates: readonly number[]
}

export interface PeerResult {
  readonly saturation: PeerPhase
  readonly offered: readonly (PeerPhase & { readonly rate: number })[]
}

const connections = 20
const warmUpSeconds = 6
const patienceMs = 30_000

const { packages, databaseUrl, seconds, clients, rates } = JSON.parse(process.argv[2] ?? '{}') as Task
const transact = loadTransact(packages)
const pool = new pg.Pool({ connectionString: databaseUrl, max: connections })

const order = transact.registerWorkflow(
  async (saga: BareSaga): Promise<void> => {
    for (const { name, transactions } of steps)
      await transact.runStep(
        async () => {
          for (const statements of transactions) await together(pool, statements, saga)
        },
        { name },
      )
  },
  { name: 'order' },
)

const place: Place = async (n, dueAt, book) => {
  const saga = bareSaga(n, skus)
  try {
    const running = await transact.startWorkflow(order, { workflowID: saga.orderId })(saga)
    await running.getResult()
  } catch (error) {
    return book.refused(error instanceof Error ? error.message : String(error))
  }
  const now = performance.now()
  book.accepted(saga.orderId, dueAt, now)
  for (const sign of ['confirmed', 'notified'] as const) book.saw(saga.orderId, sign, now)
}

let next = 0
async function phase(work: (book: Ledger, from: number) => Promise<unknown>): Promise<PeerPhase> {
  const book = ledger()
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  await work(book, next)
  await drained(book, patienceMs)
  const account = book.close()
  next += account.postMs.length
  return accountOf(account, startedAt, process.cpuUsage(cpu))
}
const saturate = (forSeconds: number) =>
  phase((book, from) => saturated({ place, book, seconds: forSeconds, clients, inFlight: clients, from }))

await prepareBare(pool)
transact.setConfig({ name: 'peers', systemDatabaseUrl: databaseUrl, systemDatabasePoolSize: connections, logLevel: 'error' })
await transact.launch()
await saturate(warmUpSeconds)
const steady: (PeerPhase & { rate: number })[] = []
for (const rate of rates) {
  const each = await phase((book, from) => offered({ place, book, seconds: seconds / 3, rate, from }))
  steady.push({ rate, ...each })
}
const result: PeerResult = { saturation: await saturate(seconds), offered: steady }
await transact.shutdown()
await pool.end()
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit())
