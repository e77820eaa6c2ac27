export { eventually } from './eventually.ts'
export { type FlakyTcp, flakyTcp } from './flaky-tcp.ts'
export { freshDatabase } from './fresh-database.ts'
export { uniqueName } from './unique-name.ts'
