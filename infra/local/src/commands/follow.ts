import { open, stat } from 'node:fs/promises'

const colours = [36, 33, 32, 35, 34, 31, 96, 93, 92, 95]

const colour = (index: number, text: string): string =>
  process.stdout.isTTY ? `\u001b[${colours[index % colours.length]}m${text}\u001b[0m` : text

/** A JSON log line for human eyes; any other line as it is. */
const readable = (line: string): string => {
  try {
    const entry: unknown = JSON.parse(line)
    if (typeof entry !== 'object' || entry === null || !('msg' in entry)) return line
    const { msg, ...fields } = entry as Record<string, unknown>
    const dull = new Set(['level', 'time', 'pid', 'hostname', 'name', 'service', 'trace_id', 'span_id', 'trace_flags'])
    const rest = Object.entries(fields).filter(([key]) => !dull.has(key))
    const shown = rest.map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    return [String(msg), ...shown].join(' ')
  } catch {
    return line
  }
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    (found) => found.size,
    () => 0,
  )

const tail = async (file: string, show: (line: string) => void): Promise<() => Promise<void>> => {
  let offset = await sizeOf(file)
  let rest = ''
  return async () => {
    const size = await sizeOf(file)
    // Rotated: begin again.
    if (size < offset) offset = 0
    if (size === offset) return
    const handle = await open(file, 'r')
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - offset), 0, size - offset, offset)
      offset += bytesRead
      const lines = (rest + buffer.subarray(0, bytesRead).toString('utf8')).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) show(line)
    } finally {
      await handle.close()
    }
  }
}

/** Shows what the logs get from now on, each line with its service's name, until the returned function is called. */
export const follow = async (logs: Record<string, string>): Promise<() => void> => {
  const width = Math.max(...Object.keys(logs).map((name) => name.length))
  const tails = await Promise.all(
    Object.entries(logs).map(([name, file], index) =>
      tail(file, (line) => void process.stdout.write(`${colour(index, name.padEnd(width))} ${readable(line)}\n`)),
    ),
  )
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    void Promise.all(tails.map((read) => read().catch(() => undefined))).finally(() => (busy = false))
  }, 200)
  return () => clearInterval(timer)
}
