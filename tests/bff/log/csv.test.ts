import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { type Cell, csvRecord, neutral } from '../../../bff/log/export/csv.ts'

const read = (text: string): string[][] =>
  parse(text, { record_delimiter: '\r\n', relax_column_count: true, skip_empty_lines: false })

describe('a text a spreadsheet would calculate', () => {
  const formulas = [
    '=1+1',
    '=HYPERLINK("https://evil.example","click")',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '  =1+1',
    '"=1+1',
    "'=1+1",
    '“=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    '\u200b=1+1',
    '\ufeff=1+1',
    '\u00a0=1+1',
    '|calc',
    '%0A=1',
    '+49 170 1234567',
    '--1',
    '=cmd|"/C calc"!A0',
  ]
  for (const formula of formulas)
    it(`is none any more: ${JSON.stringify(formula)}`, () =>
      assert.equal(read(csvRecord([formula]))[0]?.[0], `'${formula}`))
})

describe('what is none', () => {
  for (const text of ['a=b', 'user@example.com', '-5', '-5.25', '12', '', 'C++', 'a-b', '"quoted"'])
    it(`stays as it is: ${JSON.stringify(text)}`, () => assert.equal(neutral(text), text))
  it('stays a number without quotes', () => assert.equal(csvRecord([-5, 7.5]), '-5,7.5\r\n'))
  it('is empty where there is nothing', () => assert.equal(csvRecord([null, '']), ',""\r\n'))
})

describe('any record', () => {
  const cells = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('"', ',', '\r', '\n', '=', '+', '-', '@', '\t', 'a', ';'),
      }),
      fc.integer(),
      fc.constant(null),
    ),
    { minLength: 2, maxLength: 6 },
  )
  const texts = (record: readonly Cell[]) =>
    record.map((cell) =>
      cell === null ? '' : typeof cell === 'number' ? String(cell) : neutral(cell),
    )

  it('is read back by another program as it was written', () =>
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 4 }), (records) => {
        assert.deepEqual(read(records.map(csvRecord).join('')), records.map(texts))
      }),
      { numRuns: 1000 },
    ))
  it('has no cell that begins a formula', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [[cell = ''] = []] = read(csvRecord([text, 'x']))
        assert.ok(
          /^-?[\d.]+$/.test(cell) || !/^[\s"]*[=+\-@＝＋－＠]/u.test(cell),
          JSON.stringify(cell),
        )
      }),
      { numRuns: 1000 },
    ))
})
