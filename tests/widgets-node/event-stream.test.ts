import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Block, EventStream, LONGEST } from '../../widgets/session/event-stream.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function read(pieces: readonly Uint8Array[]): Block[] {
  const stream = new EventStream()
  return pieces.flatMap((piece) => stream.push(piece))
}

const whole = (text: string) => read([bytes(text)])

/** Cuts bytes at any places, between the bytes of one character too. */
const cuts = (of: Uint8Array) =>
  fc.array(fc.nat({ max: of.length }), { maxLength: 12 }).map((places) => {
    const ends = [...places.sort((a, b) => a - b), of.length]
    return ends.map((end, at) => of.slice(ends[at - 1] ?? 0, end))
  })

const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
const value = fc.stringMatching(/^[a-z0-9 :{}"äß€😀]{0,12}$/u)
const line = fc.oneof(
  fc
    .tuple(fc.constantFrom('data', 'event', 'id', 'x-unknown', ''), value)
    .map(([name, text]) => `${name}: ${text}`),
  fc.nat().map((n) => `retry:${n}`),
  fc.constantFrom('data', ': heartbeat', 'retry: soon', '\u{FEFF}data: not at the start'),
  fc.constant(''),
)
const someStream = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(line, lineEnd), { maxLength: 30 }))
  .map(
    ([bom, lines]) => `${bom ? '\u{FEFF}' : ''}${lines.map(([text, end]) => text + end).join('')}`,
  )
  .map(bytes)

describe('a stream of events', () => {
  it('gives the same however it is cut', () => {
    fc.assert(
      fc.property(
        someStream.chain((all) => fc.tuple(fc.constant(all), cuts(all))),
        ([all, pieces]) => assert.deepEqual(read(pieces), read([all])),
      ),
    )
  })

  it('gives back what was written, whatever ends the lines', () => {
    const event = fc.record({
      event: fc.constantFrom('operation', 'service', 'fields', 'log', 'bye'),
      data: fc.array(value, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
      id: fc.nat().map(String),
    })
    fc.assert(
      fc.property(
        fc.array(event),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom('', ': comment', 'other: field', 'nothing'),
        fc.infiniteStream(fc.nat({ max: 7 })),
        (events, end, noise, sizes) => {
          const text = events
            .map(({ event, data, id }) =>
              [
                `id: ${id}`,
                noise,
                `event: ${event}`,
                ...data.split('\n').map((part) => `data: ${part}`),
                '',
                '',
              ]
                .filter((each, at) => each !== '' || at > 1)
                .join(end),
            )
            .join('')
          const all = bytes(text)
          const pieces: Uint8Array[] = []
          for (let at = 0; at < all.length; ) {
            const size = 1 + Number(sizes.next().value)
            pieces.push(all.slice(at, at + size))
            at += size
          }
          assert.deepEqual(
            read(pieces),
            events.map((each) => ({ ...each, retry: undefined })),
          )
        },
      ),
    )
  })

  it('keeps no more than a block of it, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('x', ':', 'data: x\n', ': comment\r', 'id: 1\n', '😀'),
        (piece) => {
          const stream = new EventStream()
          const much = bytes(piece.repeat(100))
          for (let n = 0; n < 300; n++) stream.push(much)
          // What it holds can only be what it tells when it is completed.
          const kept = stream
            .push(bytes('\n\n'))
            .reduce((sum, { data }) => sum + (data?.length ?? 0), 0)
          assert.ok(kept <= LONGEST)
        },
      ),
    )
  })
})

describe('a block', () => {
  const block = (more: Partial<Block>): Block => ({
    event: 'message',
    data: undefined,
    id: undefined,
    retry: undefined,
    ...more,
  })
  const cases: [what: string, text: string, blocks: Block[]][] = [
    [
      'may bring an id and a wait alone',
      'retry: 2000\nid: 7\n\n',
      [block({ id: '7', retry: 2000 })],
    ],
    ['of comments is nothing', ': heartbeat\n\n', []],
    ['is told when its empty line is there', 'data: a\n', []],
    ['joins its data by line feeds', 'data: a\ndata: b\n\n', [block({ data: 'a\nb' })]],
    ['loses one space before a value', 'data:  a\n\n', [block({ data: ' a' })]],
    ['knows a field without a colon', 'data\n\n', [block({ data: '' })]],
    [
      'leaves unknown fields out',
      'x: y\nevent: log\ndata: a\n\n',
      [block({ event: 'log', data: 'a' })],
    ],
    ['takes no id with a zero in it', 'id: 1\0\ndata: a\n\n', [block({ data: 'a' })]],
    ['takes no wait that is not a number', 'retry: 2s\ndata: a\n\n', [block({ data: 'a' })]],
    ['begins behind a byte order mark', '\u{FEFF}data: a\n\n', [block({ data: 'a' })]],
    [
      'passes nothing on to the next',
      'event: log\nid: 1\n\ndata: a\n\n',
      [block({ event: 'log', id: '1' }), block({ data: 'a' })],
    ],
  ]
  for (const [what, text, blocks] of cases) it(what, () => assert.deepEqual(whole(text), blocks))
})

describe('a line that never ends', () => {
  it('is given up', () => {
    const stream = new EventStream()
    stream.push(bytes(`data: ${'x'.repeat(LONGEST)}`))
    assert.equal(stream.isTooLong, true)
  })

  it('keeps nothing from what came before it', () => {
    const stream = new EventStream()
    const blocks = stream.push(bytes(`data: a\n\n${'x'.repeat(LONGEST + 1)}`))
    assert.deepEqual([blocks.map(({ data }) => data), stream.isTooLong], [['a'], true])
  })

  it('tells nothing more', () => {
    const stream = new EventStream()
    stream.push(bytes('x'.repeat(LONGEST + 1)))
    assert.deepEqual(stream.push(bytes('\n\ndata: a\n\n')), [])
  })
})
