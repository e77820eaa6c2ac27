export {
  type Change,
  type EffectRow,
  type MemoryDatabase,
  type MemoryDatabaseOptions,
  memoryDatabase,
  nextDue,
  type OwnedOutboxRow,
  type ParkedRow,
  rowsOf,
  type TimerRow,
} from './database.ts'
export { type MemoryLog, memoryLog } from './log.ts'
export { type MemoryStore, memoryStore } from './store.ts'
