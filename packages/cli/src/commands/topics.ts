import { withAdmin } from '../kafka/client.ts'
import { type Result, tableOf } from '../output.ts'
import type { Stack } from '../stack/stack.ts'

/** `murmur topics` */
export const topics = (stack: Stack): Promise<Result> =>
  withAdmin(stack, async (admin) => {
    const names = (await admin.listTopics()).filter((name) => name.endsWith('.events')).sort()
    const rows = await Promise.all(
      names.map(async (topic) => {
        const offsets = await admin.fetchTopicOffsets(topic)
        const messages = offsets.reduce((sum, { high, low }) => sum + Number(BigInt(high) - BigInt(low)), 0)
        return { topic, partitions: offsets.length, messages }
      }),
    )
    const text = tableOf([
      ['topic', 'partitions', 'messages'],
      ...rows.map((row) => [row.topic, String(row.partitions), String(row.messages)]),
    ])
    return { json: rows, text }
  })
