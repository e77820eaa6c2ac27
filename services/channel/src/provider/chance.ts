import { createHash } from 'node:crypto'

const digest = (purpose: string, key: string) => createHash('sha256').update(`${purpose}\n${key}`).digest()

/** Whether a share of `rate` of all keys says yes, always the same for a key: runs can be repeated. */
export const happens = (purpose: string, key: string, rate: number): boolean => digest(purpose, key).readUIntBE(0, 6) / 2 ** 48 < rate

/** A name that a key gets, always the same: `ch_…`. */
export const nameOf = (prefix: string, key: string): string => `${prefix}_${digest(prefix, key).toString('base64url').slice(0, 20)}`
