import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson, writeJson } from '../files.ts'
import { type Identity, isAlive } from './identity.ts'

/** In this order they are ended: who uses others goes first. */
export const kinds = ['supervisor', 'service', 'infra'] as const

export type Kind = (typeof kinds)[number]

/** What is known of a started process, kept in a file so that a later run can end it. */
export type ProcessRecord = Identity & { name: string; kind: Kind; stopSignal: NodeJS.Signals; graceMs: number }

const folderOf = (stack: string): string => join(stack, 'processes')

const fileOf = (stack: string, name: string): string => join(folderOf(stack), `${name}.json`)

const isRecord = (value: unknown): value is ProcessRecord =>
  typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number' && 'born' in value && 'kind' in value

export const writeRecord = async (stack: string, record: ProcessRecord): Promise<void> => {
  await mkdir(folderOf(stack), { recursive: true })
  await writeJson(fileOf(stack, record.name), record)
}

/** The record of `name` while that very process lives; a stale record is removed. */
export const livingRecord = async (stack: string, name: string): Promise<ProcessRecord | undefined> => {
  const record = await readJson(fileOf(stack, name))
  if (!isRecord(record)) return undefined
  if (await isAlive(record)) return record
  await removeRecord(stack, name, record.pid)
  return undefined
}

export const livingRecords = async (stack: string): Promise<ProcessRecord[]> => {
  const names = (await readdir(folderOf(stack)).catch(() => [])).filter((file) => file.endsWith('.json'))
  const records = await Promise.all(names.map((file) => livingRecord(stack, file.slice(0, -'.json'.length))))
  return records.filter((record) => record !== undefined)
}

/** Removes the record unless it speaks of another process by now. */
export const removeRecord = async (stack: string, name: string, pid: number): Promise<void> => {
  const record = await readJson(fileOf(stack, name))
  if (isRecord(record) && record.pid === pid) await rm(fileOf(stack, name), { force: true })
}
