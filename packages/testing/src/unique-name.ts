import { randomBytes } from 'node:crypto'

/** A name that no other test has, fit for databases, topics and consumer groups: `<prefix>_<16 hex digits>`. */
export const uniqueName = (prefix: string): string => `${prefix}_${randomBytes(8).toString('hex')}`
