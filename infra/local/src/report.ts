import { Listr, type ListrTaskWrapper } from 'listr2'

/** Where progress goes: one line per step off a TTY, a list with spinners on one. */
export type Report = {
  /** What `name` is doing now. */
  note: (name: string, text: string) => void
  /** `name` needs nothing more. */
  done: (name: string, text: string) => void
  /** What the user must see in any case. */
  warn: (text: string) => void
}

export const silent: Report = { note: () => undefined, done: () => undefined, warn: () => undefined }

const line = (name: string, text: string): void => void process.stderr.write(`${name.padEnd(12)} ${text}\n`)

/** Plain lines on stderr: stdout belongs to what a command answers. */
export const plain: Report = { note: line, done: line, warn: (text) => void process.stderr.write(`${text}\n`) }

type Wrapper = Pick<ListrTaskWrapper<unknown, never, never>, 'output' | 'title'>

const listed = (names: string[]): { report: Report; end: () => Promise<void> } => {
  const entries = new Map(names.map((name) => [name, { ...Promise.withResolvers<void>(), task: undefined as Wrapper | undefined }]))
  const warnings: string[] = []
  const list = new Listr(
    names.map((name) => ({
      title: name,
      task: (_context: unknown, task: Wrapper) => {
        const entry = entries.get(name)
        if (entry !== undefined) entry.task = task
        return entry?.promise
      },
    })),
    { concurrent: true, renderer: 'default', registerSignalListeners: false },
  )
  const shown = list.run().catch(() => undefined)
  const report: Report = {
    note: (name, text) => {
      const task = entries.get(name)?.task
      if (task !== undefined) task.output = text
    },
    done: (name, text) => {
      const entry = entries.get(name)
      if (entry?.task !== undefined) entry.task.title = `${name.padEnd(12)} ${text}`
      entry?.resolve()
    },
    // In the midst of a list that is drawn anew all the time a line would be lost.
    warn: (text) => void warnings.push(text),
  }
  const end = async (): Promise<void> => {
    for (const { resolve } of entries.values()) resolve()
    await shown
    for (const text of warnings.splice(0)) plain.warn(text)
  }
  return { report, end }
}

/** Progress of several things at once on stderr: a list on a TTY, lines elsewhere. `end` must be awaited before anything else is written. */
export const progress = (names: string[]): { report: Report; end: () => Promise<void> } =>
  process.stderr.isTTY && process.stdout.isTTY ? listed(names) : { report: plain, end: () => Promise.resolve() }
