import { copyFile, stat, truncate } from 'node:fs/promises'

/**
 * Keeps a log that a running process appends to below `maxBytes`: the full one is kept as `<file>.1`.
 * Copied and truncated, not renamed: the process holds the file open.
 */
export const rotate = async (file: string, maxBytes: number): Promise<void> => {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  )
  if (size <= maxBytes) return
  await copyFile(file, `${file}.1`)
  await truncate(file, 0)
}
