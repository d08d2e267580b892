import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { sources } from '../../house/tree.ts'
import { PAGE, page } from './page.ts'
import { faultsOf, type Row, type Table } from './table.ts'
import { TABLES } from './tables.ts'
import { Titles, toldBy } from './titles.ts'

const titles = new Titles(sources(['tests'], /\.test\.ts$/))

for (const table of TABLES) {
  describe(table.name, () => {
    it('has every requirement answered once, and every test it names', () =>
      assert.deepEqual(faultsOf(table, titles), []))
  })
}

describe('the page on conformance', () => {
  it('says what the tables say; `npm run pages` writes it', () =>
    assert.equal(readFileSync(PAGE, 'utf8'), page()))
})

const SOURCE = `
import { describe, it } from 'node:test'
describe('a door', () => {
  it('is shut', () => {})
  for (const who of ['thieves', \`the \${wind}\`]) it(\`is shut to \${who}\`, () => {})
  it.skip('is painted', () => {})
  it('is oiled', { skip: true }, () => {})
  describe('at night', () => {
    it('is locked', async () => {})
  })
})
describe.skip('a window', () => {
  it('is shut', () => {})
})
describe('a roof', () => {
  before(() => {})
})
it(name, () => {})
`
const planted = new Titles(new Map([['tests/house.test.ts', SOURCE]]))

describe('a reference to a test', () => {
  for (const good of [
    'a door › is shut',
    'a door › is shut to …',
    'a door › is shut to thieves',
    'a door › is shut to the rain',
    'a door › at night › is locked',
    'a door › at night',
    'a door',
  ])
    it(`holds: ${good}`, () =>
      assert.equal(planted.fault(`tests/house.test.ts › ${good}`), undefined))

  for (const [what, bad] of [
    ['of another name', 'tests/house.test.ts › a door › is closed'],
    ['without what it stands in', 'tests/house.test.ts › is shut'],
    ['in another file', 'tests/garden.test.ts › a door › is shut'],
    ['that is skipped', 'tests/house.test.ts › a door › is painted'],
    ['that says it may be skipped', 'tests/house.test.ts › a door › is oiled'],
    ['inside what is skipped', 'tests/house.test.ts › a window › is shut'],
    ['to what is skipped as a whole', 'tests/house.test.ts › a window'],
    ['to a description without a test', 'tests/house.test.ts › a roof'],
    ['that none of many is', 'tests/house.test.ts › a door › is shut to guests'],
    ['whose name is not written down', 'tests/house.test.ts › …'],
    ['to a file alone', 'tests/house.test.ts'],
  ] as const)
    it(`is refused: one ${what}`, () => assert.notEqual(planted.fault(bad), undefined))
})

describe('a file of tests that does not parse', () => {
  it('is an error, not a file without tests', () =>
    assert.throws(() => toldBy('tests/house.test.ts', 'describe('), /house\.test\.ts/))
})

const SAYS = 'The door is shut at night, and stays so.'
const good: Row = { id: '1', says: SAYS, met: 'yes', where: ['house.test.ts › a door › is shut'] }

function tableOf(rows: readonly Row[], listed: readonly string[] = ['1']): Table {
  return { name: 'Doors', url: 'https://doors.example', about: 'Doors.', listed, rows }
}

describe('a table', () => {
  it('that answers everything once has no fault', () =>
    assert.deepEqual(faultsOf(tableOf([good]), planted), []))

  const why = 'There is no door there, and never will be one.'
  const offenders: [what: string, table: Table][] = [
    ['leaves one out', tableOf([good], ['1', '2'])],
    ['answers one twice', tableOf([good, good])],
    ['answers what nobody asked for', tableOf([good, { ...good, id: '2' }])],
    ['lists one twice', tableOf([good], ['1', '1'])],
    [
      'names a test that is not there',
      tableOf([{ ...good, where: ['house.test.ts › a door › x'] }]),
    ],
    ['does not say why not', tableOf([{ id: '1', says: SAYS, met: 'no', why: '', change: why }])],
    [
      'does not say what would help',
      tableOf([{ id: '1', says: SAYS, met: 'no', why, change: '' }]),
    ],
    [
      'gives no reason to pass it over',
      tableOf([{ id: '1', says: SAYS, met: 'not applicable', why: '' }]),
    ],
    ['does not say what is asked for', tableOf([{ ...good, says: '' }])],
  ]
  for (const [what, table] of offenders)
    it(`that ${what} is found`, () => assert.equal(faultsOf(table, planted).length, 1))
})
