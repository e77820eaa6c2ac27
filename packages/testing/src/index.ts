export { eventually } from './eventually.ts'
export { freshDatabase } from './fresh-database.ts'
export { uniqueName } from './unique-name.ts'
