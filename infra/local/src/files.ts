import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export const readJson = async (file: string): Promise<unknown> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Readers see the old content or the new one, never a half. */
export const writeWhole = async (file: string, content: string, mode = 0o644): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${randomUUID()}`
  try {
    await writeFile(draft, content, { mode })
    await rename(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
}

export const writeJson = (file: string, value: unknown, mode?: number): Promise<void> =>
  writeWhole(file, `${JSON.stringify(value, null, 2)}\n`, mode)
