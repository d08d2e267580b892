import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { csvRecord } from '../../bff/log/export/csv.ts'
import { CSV_COLUMNS } from '../../bff/log/export/export.ts'
import { FileCount, type LogFormat } from '../../widgets/logs/file-count.ts'

const NAMES = csvRecord([...CSV_COLUMNS])
const PROOF = '{"export":"e30.e30.c2ln","head":"e30.e30.c2ln","kid":"k1"}\n'

/** Reads a text in pieces of so many bytes. */
function counted(format: LogFormat, text: string, size = 7): number | undefined {
  const count = new FileCount(format)
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += size) count.push(bytes.subarray(at, at + size))
  return count.entries
}

const anything = fc.string({ unit: fc.constantFrom('a', '"', '\r', '\n', ',', 'é', '=') })

describe('the entries of a CSV file', () => {
  it('are counted as the BFF writes them, whatever somebody wrote and however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anything, { minLength: 1, maxLength: 3 }), { maxLength: 9 }),
        fc.integer({ min: 1, max: 40 }),
        (records, size) => {
          const text = NAMES + records.map((record) => csvRecord(record)).join('')
          assert.equal(counted('csv', text, size), records.length)
        },
      ),
    )
  })
  it('are unknown where it broke off inside a record', () => {
    const text = NAMES + csvRecord(['one', 'two\r\nlines'])
    const unknown = Array.from({ length: text.length - NAMES.length - 1 }, (_, cut) =>
      counted('csv', text.slice(0, NAMES.length + 1 + cut)),
    )
    assert.deepEqual(new Set(unknown), new Set([undefined]))
  })
  it('are none where there are only names', () => assert.equal(counted('csv', NAMES), 0))
  it('are none where there is nothing', () => assert.equal(counted('csv', ''), 0))
})

describe('the entries of JSON Lines', () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, seq) => `${JSON.stringify({ seq, text: '"\n' })}\n`).join('')

  it('are the lines before the proof', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: 1, max: 40 }), (count, size) =>
        assert.equal(counted('jsonl', entries(count) + PROOF, size), count),
      ),
    )
  })
  it('are unknown without the proof, as a file that ended early has none', () =>
    assert.equal(counted('jsonl', entries(3)), undefined))
  it('are unknown where the proof broke off', () =>
    assert.equal(counted('jsonl', entries(3) + PROOF.slice(0, -1)), undefined))
  it('are none where there is nothing', () => assert.equal(counted('jsonl', ''), 0))
})
