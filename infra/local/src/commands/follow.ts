import { open, stat } from 'node:fs/promises'

const colours = [36, 33, 32, 35, 34, 31, 96, 93, 92, 95]

const colour = (index: number, text: string): string =>
  process.stdout.isTTY ? `\u001b[${colours[index % colours.length]}m${text}\u001b[0m` : text

/** A JSON log line for human eyes, and whose it is; any other line as it is. */
const readable = (line: string): { service?: string; text: string } => {
  try {
    const entry: unknown = JSON.parse(line)
    if (typeof entry !== 'object' || entry === null || !('msg' in entry)) return { text: line }
    const { msg, ...fields } = entry as Record<string, unknown>
    const dull = new Set(['level', 'time', 'pid', 'hostname', 'name', 'service', 'trace_id', 'span_id', 'trace_flags'])
    const rest = Object.entries(fields).filter(([key]) => !dull.has(key))
    const shown = rest.map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    return { service: String(fields['service'] ?? ''), text: [String(msg), ...shown].join(' ') }
  } catch {
    return { text: line }
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

/**
 * Shows what the logs get from now on, each line with its service's name, until the returned function is called.
 * @param logs by process
 */
export const follow = async (logs: Record<string, string>, services: string[]): Promise<() => void> => {
  const width = Math.max(...services.map((name) => name.length))
  const show = (host: string, line: string): void => {
    const { service, text } = readable(line)
    // Several services share a log, and instances of one share a name.
    const name = services.includes(host) ? host : service || host
    process.stdout.write(`${colour(services.indexOf(name) + 1, name.padEnd(width))} ${text}\n`)
  }
  const tails = await Promise.all(Object.entries(logs).map(([host, file]) => tail(file, (line) => show(host, line))))
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    void Promise.all(tails.map((read) => read().catch(() => undefined))).finally(() => (busy = false))
  }, 200)
  return () => clearInterval(timer)
}
