import { classify } from '@murmuration/choreography/errors'
import { type MemoryDatabase, type MemoryStore, memoryStore } from '@murmuration/choreography/memory'
import type { Awaitable, Store, Transaction } from '@murmuration/choreography/ports'
import { failure } from './failure.ts'
import type { Fate } from './fate.ts'
import type { Instance } from './instance.ts'
import { never, type Port, port } from './port.ts'

/** A service's database as all its instances share it. */
export interface Database {
  readonly memory: MemoryDatabase
  readonly sessions: Map<Instance, MemoryStore>
  away: boolean
  /** The SQLSTATE that the server answers statements with for now, as it does when an operator has his hands on it. */
  refuses: string | undefined
  /** A connection of an instance: calls to it can be slow, fail, lose their answer, or be the last that the instance does. */
  connect(instance: Instance): Store
  /** What the death of a process does. */
  drop(instance: Instance): void
  /** A restart of the database: every transaction and every session is gone. */
  restart(): void
}

export function database(memory: MemoryDatabase, { fate, consumer }: { fate: Fate; consumer: string }): Database {
  const sessions = new Map<Instance, MemoryStore>()
  const self: Database = {
    memory,
    sessions,
    away: false,
    refuses: undefined,
    connect(instance) {
      const store = memoryStore(memory, { consumer })
      sessions.set(instance, store)
      const trouble: Trouble = (at) => {
        if (self.away) return failure(`the database of ${instance.service} is away`)
        if (self.refuses === undefined || (at === 'begin' && !REFUSED_AT_ONCE.has(self.refuses))) return undefined
        return refusal(self.refuses)
      }
      return connection(store, trouble, { fate, instance, name: instance.service })
    },
    drop(instance) {
      void sessions.get(instance)?.close()
      sessions.delete(instance)
    },
    restart() {
      for (const store of sessions.values()) {
        store.abort()
        store.disown()
      }
    },
  }
  return self
}

interface Place {
  readonly fate: Fate
  readonly instance: Instance
  readonly name: string
}

/** What is wrong for now. */
type Trouble = (at?: 'begin') => Error | undefined

/** Those that let nobody in; the others are heard at the first statement. */
const REFUSED_AT_ONCE = new Set(['55000', '53300', '57P03'])

/** As the driver passes it on, sorted as the services sort it. */
const refusal = (code: string): Error => classify(Object.assign(new Error(`the server says ${code}`), { code })) as Error

function connection(store: MemoryStore, trouble: Trouble, place: Place): Store {
  const { name, instance } = place
  const there =
    (through: Port, which = trouble): Port =>
    (act) =>
      through(() => {
        const error = which()
        return error === undefined ? act() : Promise.reject(error)
      })
  const open = there(port({ ...place, name: `${name} begin` }), () => trouble('begin'))
  const query = there(port({ ...place, name: `${name} query` }))
  const end = there(port({ ...place, name: `${name} commit` }))
  const statement = statementOf(place, trouble)
  const statements = (tx: Transaction): Transaction => ({
    admit: (what) => statement(tx, () => tx.admit(what)),
    digests: (ids) => statement(tx, () => tx.digests(ids)),
    load: (table, keys) => statement(tx, () => tx.load(table, keys)),
    commit: (writes) =>
      orEnded(
        end(() => tx.commit(writes)),
        () => tx,
      ),
    rollback: () => (instance.alive ? tx.rollback() : never()),
  })
  const { relay, parking } = store
  return {
    begin() {
      let begun: Transaction | undefined
      const tx = open(() => {
        begun = store.begin()
        return statements(begun)
      })
      return orEnded(tx, () => begun)
    },
    relay: {
      owner: () => relay.owner(),
      published: (seqs) => query(() => relay.published(seqs)),
      refused: (seq, reason) => query(() => relay.refused(seq, reason)),
      unpublished: (limit, except) => query(() => relay.unpublished(limit, except)),
      look: () => query(() => relay.look()),
      adopt: (taking) => query(() => relay.adopt(taking)),
      dueEffects: (limit, except) => query(() => relay.dueEffects(limit, except)),
      postpone: (effects) => query(() => relay.postpone(effects)),
      dueTimers: (limit) => query(() => relay.dueTimers(limit)),
      dueDeferred: (limit) => query(() => relay.dueDeferred(limit)),
      // For metrics only: nothing to be gained from its failing.
      backlog: () => relay.backlog(),
    },
    parking: {
      list: async (filter) => query(() => parking.list(filter)),
      end: async (ids, status, note) => query(() => parking.end(ids, status, note)),
    },
    ping: () => Promise.resolve(trouble() === undefined),
    prune: async (olderThanMs) => query(() => store.prune(olderThanMs)),
    close: () => store.close(),
  }
}

/** A transaction of which nobody knows, or whose commit failed on its way, is still open: it ends with its connection. */
function orEnded<Value>(given: Awaitable<Value>, tx: () => Transaction | undefined): Awaitable<Value> {
  if (!(given instanceof Promise)) return given
  return given.catch(async (error: unknown) => {
    await tx()?.rollback()
    throw error
  })
}

/** Statements of a transaction arrive in the order in which they were sent, so only their answers are slow; one that fails takes its transaction along. */
function statementOf({ fate, instance, name }: Place, trouble: Trouble) {
  const strikes = fate.site(`${name} statement`, { failed: 'fault', crash: 'crash' })
  const back = fate.delays(`${name} statement`)
  return <Value>(tx: Transaction, act: () => Awaitable<Value>): Awaitable<Value> => {
    if (!instance.alive) return never()
    const fault = strikes()
    if (fault === 'crash') {
      instance.crash(`at ${name} statement`)
      return never()
    }
    const error = fault === undefined ? trouble() : failure(`the connection of ${instance.service} to its database was lost`)
    if (error === undefined) return instance.answer(act(), back())
    void tx.rollback()
    return instance.answer(Promise.reject(error), back())
  }
}
