/** A line that is written over; silent where nobody watches. */
export interface Progress {
  show(text: string): void
  end(): void
}

export function progress(stream: NodeJS.WriteStream): Progress {
  let shown = false
  let last = 0
  return {
    show(text) {
      const now = performance.now()
      if (!stream.isTTY || now - last < 100) return
      last = now
      shown = true
      stream.write(`\r\u001b[K${text}`)
    },
    end() {
      if (shown) stream.write('\r\u001b[K')
    },
  }
}
