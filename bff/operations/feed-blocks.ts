import type { ByeReason, FeedData, FeedEvent } from '../contract/feed.ts'

/** One block of `text/event-stream`, as bytes: the same ones go to every stream that is told of an event. */
export type Block = Uint8Array

const encoder = new TextEncoder()

/** Sent first: says when to come back after an end, and from where. Tells nothing by itself. Pure. */
export function openingBlock(id: number, retry: number): Block {
  return encoder.encode(`retry: ${retry}\nid: ${id}\n\n`)
}

/** Pure. */
export function eventBlock(seq: number, event: FeedEvent, { id, version }: FeedData): Block {
  // Named one by one: whatever else the object holds is nobody's.
  const data = JSON.stringify({ id, version })
  return encoder.encode(`id: ${seq}\nevent: ${event}\ndata: ${data}\n\n`)
}

/** A comment: keeps proxies from closing what is only quiet. */
export const HEARTBEAT: Block = encoder.encode(': still here\n\n')

/** The last block. Pure. */
export function byeBlock(reason: ByeReason): Block {
  return encoder.encode(`event: bye\ndata: ${JSON.stringify({ reason })}\n\n`)
}

/**
 * The number in a `Last-Event-ID`. Pure.
 *
 * @returns undefined where there is none; `malformed` where it is none of ours
 */
export function lastEventId(header: string): number | undefined | 'malformed' {
  if (header === '') return undefined
  return /^\d{1,15}$/.test(header) ? Number(header) : 'malformed'
}
