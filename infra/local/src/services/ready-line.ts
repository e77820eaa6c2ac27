import { open } from 'node:fs/promises'

const readFrom = async (file: string, offset: number): Promise<string> => {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const length = Math.max(0, size - offset)
    const buffer = Buffer.alloc(length)
    await handle.read(buffer, 0, length, offset)
    return buffer.toString('utf8')
  } finally {
    await handle.close()
  }
}

/** The `url` of the first `{"msg":"ready","url":…}` line that the log got since `offset`; undefined while there is none. */
export const readyUrl = async (logFile: string, offset: number): Promise<string | undefined> => {
  for (const line of (await readFrom(logFile, offset)).split('\n')) {
    if (!line.includes('"ready"')) continue
    try {
      const entry: unknown = JSON.parse(line)
      if (typeof entry !== 'object' || entry === null || !('msg' in entry) || entry.msg !== 'ready') continue
      if ('url' in entry && typeof entry.url === 'string') return entry.url
    } catch {
      // Half a line; the rest comes.
    }
  }
  return undefined
}
