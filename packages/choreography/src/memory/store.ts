import { Transient } from '@murmuration/contracts'
import type { ParkingStore, Store } from '../ports.ts'
import { type MemoryDatabase, type ParkedRow, putParked } from './database.ts'
import { relay } from './relay.ts'
import { type MemoryTransaction, transaction } from './transaction.ts'

export interface MemoryStore extends Store {
  begin(): MemoryTransaction
  /** The instance as owner of outbox rows and effects. */
  owner(): string
  /** Loses the session that holds the ownership, as a cut connection does: others may take over, and the instance goes on under a new name. */
  disown(): void
  /** Ends all its transactions from the database's side, as a restart of the database does. */
  abort(): void
}

/** An instance's connection to a database in memory. Closing it, or the death of its process, frees what it owns. */
export function memoryStore(database: MemoryDatabase, { consumer }: { consumer: string }): MemoryStore {
  const open = new Set<MemoryTransaction>()
  let owner = ''
  let closed = false
  const connected = () => {
    if (closed) throw new Transient('the connection to the database was closed')
  }
  const claim = () => {
    owner = `instance ${++database.sequences.owner}`
    database.owners.add(owner)
  }
  claim()
  const disown = () => void database.owners.delete(owner)
  const abort = () => {
    for (const each of open) each.abort()
  }
  return {
    owner: () => owner,
    disown,
    abort,
    begin() {
      connected()
      const begun = transaction(
        database,
        consumer,
        () => owner,
        () => open.delete(begun),
      )
      open.add(begun)
      return begun
    },
    relay: relay(database, {
      owner: () => owner,
      reclaim() {
        connected()
        if (!database.owners.has(owner)) claim()
      },
    }),
    parking: parking(database, consumer),
    ping: () => Promise.resolve(true),
    prune(olderThanMs) {
      const before = database.now() - olderThanMs
      let pruned = 0
      for (const inbox of database.inbox.values()) for (const [id, { seenAt }] of inbox) if (seenAt < before && inbox.delete(id)) pruned++
      return Promise.resolve(pruned)
    },
    close() {
      closed = true
      abort()
      disown()
      return Promise.resolve()
    },
  }
}

function parking(database: MemoryDatabase, consumer: string): ParkingStore {
  return {
    list({ ids, key, status = ['parked'], limit = 1000 }) {
      const found: ParkedRow[] = []
      for (const row of ids === undefined ? database.parked.values() : ids.flatMap((id) => database.parked.get(id) ?? []))
        if (status.includes(row.status) && (key === undefined || row.key === key)) found.push(row)
      found.sort((a, b) => Number(a.seq) - Number(b.seq))
      return Promise.resolve(found.slice(0, limit))
    },
    async end(ids, status, note) {
      // A transaction of its own, which waits for those that try one of them again.
      const tx = transaction(
        database,
        consumer,
        () => '',
        () => {},
      )
      const { parked } = await tx.admit({ events: [], timers: [], effects: [], parked: ids, keys: [] })
      for (const id of parked) {
        const row = database.parked.get(id)
        if (row !== undefined) putParked(database, { ...row, status, note, endedBy: database.now() })
      }
      await tx.rollback()
    },
  }
}
