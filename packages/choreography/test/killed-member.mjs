// A member of a consumer group that will be killed: node killed-member.mjs <brokers> <group> <topic>. Prints its id when it has joined.
import kafkajs from 'kafkajs'

const [brokers, groupId, topic] = process.argv.slice(2)
const consumer = new kafkajs.Kafka({ brokers: brokers.split(','), clientId: 'killed', logLevel: 0 }).consumer({
  groupId,
  sessionTimeout: 30_000,
})
consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberId } }) => process.stdout.write(`${memberId}\n`))
await consumer.connect()
await consumer.subscribe({ topics: [topic] })
await consumer.run({ eachMessage: async () => {} })
