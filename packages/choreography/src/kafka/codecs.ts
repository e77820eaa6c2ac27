import { promisify } from 'node:util'
import zlib from 'node:zlib'
import kafkajs from 'kafkajs'

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>
  decompress(bytes: Buffer): Promise<Buffer>
}

/** What Java's producers frame snappy with: a header of 16 bytes, then blocks, each behind its length (github.com/xerial/snappy-java). */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const XERIAL_HEADER_BYTES = 16

// Loaded by the first batch that needs it: most logs hold none.
const wasm = () => import('@platformatic/wasm-utils')

const snappy: Codec = {
  async compress({ buffer }) {
    return (await wasm()).snappyCompress(buffer)
  },
  async decompress(bytes) {
    const { snappyDecompress } = await wasm()
    if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return snappyDecompress(bytes)
    const blocks: Buffer[] = []
    for (let at = XERIAL_HEADER_BYTES; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at)
      blocks.push(snappyDecompress(bytes.subarray(at + 4, at + 4 + length)))
      at += 4 + length
    }
    return Buffer.concat(blocks)
  },
}

const lz4: Codec = {
  async compress({ buffer }) {
    return (await wasm()).lz4Compress(buffer)
  },
  async decompress(bytes) {
    return (await wasm()).lz4Decompress(bytes)
  },
}

const zstd: Codec = {
  compress: ({ buffer }) => promisify(zlib.zstdCompress)(buffer),
  decompress: promisify(zlib.zstdDecompress),
}

/** Reads what any producer, or a topic's `compression.type`, may have compressed: kafkajs itself knows gzip only. */
export function addCodecs(): void {
  const { CompressionTypes, CompressionCodecs } = kafkajs
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd
}
