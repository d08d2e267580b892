import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Look, roomFor, type UnderWay } from '../../../bff/operations/room.ts'
import type { Silent } from '../../../bff/providers/server-line.ts'

const MINUTE = 60_000
const TIMINGS = { checks_per_server: 2, silent_limit: 30 * MINUTE }
const PLACES = 8
const NOTHING: Look = { dry: new Set(), tried: new Set() }

const many = (count: number, kind: UnderWay['kind'], server = 'dead'): UnderWay[] =>
  Array.from({ length: count }, () => ({ kind, server }))
const room = (underWay: readonly UnderWay[], silent: readonly Silent[] = [], look = NOTHING) =>
  roomFor(underWay, silent, look, PLACES, TIMINGS, 100 * MINUTE)

describe('a runner with nothing under way', () => {
  it('takes of every server', () => assert.deepEqual(room([]), { check: [], queued: [] }))
})

describe('a runner that reads back what a dead server did', () => {
  it('reads back no more of that server than a few at a time', () =>
    assert.deepEqual(room(many(2, 'check')).check, ['dead']))
  it('carries out what is queued for it all the same', () =>
    assert.deepEqual(room(many(2, 'check')).queued, []))
})

describe('a runner full of one kind of work', () => {
  it('keeps a quarter of its places for what is queued', () => {
    const checks = ['a', 'b', 'c'].flatMap((server) => many(2, 'check', server))
    const { check, queued } = room(checks)
    assert.deepEqual([check, queued], ['none', []])
  })
  it('keeps a quarter of its places for what is to be read back', () => {
    const { check, queued } = room(many(6, 'queued'))
    assert.deepEqual([check, queued], [[], 'none'])
  })
  it('gives its last place to the kind that has fewer', () => {
    const { check, queued } = room([...many(5, 'queued', 'a'), ...many(2, 'check', 'b')])
    assert.deepEqual([check, queued], [['b'], 'none'])
  })
  it('gives its last place to the other kind when there is nothing of that one', () => {
    const { check, queued } = room([...many(5, 'queued', 'a'), ...many(2, 'check', 'b')], [], {
      dry: new Set(['check']),
      tried: new Set(),
    })
    assert.deepEqual([check, queued], ['none', []])
  })
  it('takes nothing when every place is taken', () =>
    assert.deepEqual(room([...many(4, 'queued', 'a'), ...many(4, 'check', 'b')]), {
      check: 'none',
      queued: 'none',
    }))
})

describe('a server that does not answer', () => {
  const silent = (more: Partial<Silent> = {}): Silent[] => [
    { server: 'dead', since: 99 * MINUTE, until: 101 * MINUTE, ...more },
  ]
  it('is passed over by what is queued', () =>
    assert.deepEqual(room([], silent()).queued, ['dead']))
  it('is not passed over by what is to be read back', () =>
    assert.deepEqual(room([], silent()).check, []))
  it('is tried when its pause is over', () =>
    assert.deepEqual(room([], silent({ until: undefined })).queued, []))
  it('is tried once', () =>
    assert.deepEqual(
      room([], silent({ until: undefined }), { dry: new Set(), tried: new Set(['dead']) }).queued,
      ['dead'],
    ))
  it('is not passed over any more when its operations have waited long enough', () =>
    assert.deepEqual(room([], silent({ since: 70 * MINUTE })).queued, []))
})
