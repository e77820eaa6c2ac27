import type kafkajs from 'kafkajs'
import type { Kafka, KafkaMessage } from 'kafkajs'

/** The parts of kafkajs that read without a group, and ask a group's coordinator. It has them, but hands them out to its own consumers only. */
export interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  refreshMetadata(): Promise<void>
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>
  findTopicPartitionMetadata(topic: string): kafkajs.PartitionMetadata[]
  findBroker(of: {
    nodeId: string
  }): Promise<{ fetch(request: object): Promise<{ responses: { topicName: string; partitions: FetchedPartition[] }[] }> }>
  fetchTopicsOffset(
    of: { topic: string; partitions: { partition: number }[]; fromBeginning?: boolean; fromTimestamp?: number }[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>
  findGroupCoordinator(of: { groupId: string }): Promise<{ leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown> }>
}

export interface FetchedPartition {
  readonly partition: number
  readonly messages: KafkaMessage[]
}

export const READ_COMMITTED = 1

export function clusterOf(kafka: Kafka): Cluster {
  const name = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === 'private:Kafka:createCluster')
  const create = name && (kafka as unknown as Record<symbol, (options: object) => Cluster>)[name]
  if (create === undefined) throw new Error('this version of kafkajs keeps its cluster elsewhere')
  return create({ metadataMaxAge: 60_000, allowAutoTopicCreation: false, isolationLevel: READ_COMMITTED })
}
