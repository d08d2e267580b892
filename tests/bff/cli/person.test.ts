import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { peopleCommands } from '../../../bff/cli/commands/people.ts'

const command = peopleCommands[0]
const read = async (...args: string[]) => command?.read(args)
const DONE = {
  dry_run: false,
  tables: { log_entry: 12, operation: 3, step: 2, service: 0, field: 1 },
  entries_by: { subject: 9, name: 2, words: 1 },
  called: ['Ann\u001b[2JSmith'],
  unfinished: Array.from({ length: 25 }, (_, n) => `op_${n}`),
  living: ['1042'],
  unreadable: 0,
  bytes: 'rewritten',
}
const show = (more: object = {}) => command?.show({ ...DONE, ...more }) ?? ''

describe('provision person erase', () => {
  it('hands on who is meant and how', async () =>
    assert.deepEqual(
      await read('--tenant=one', '--subject=7', '--name=Ann Smith', '--name=a@b.c', '--dry-run'),
      {
        method: 'POST',
        path: '/people/erase',
        body: {
          tenant: 'one',
          subject: '7',
          names: ['Ann Smith', 'a@b.c'],
          dry_run: true,
          keep_bytes: undefined,
        },
        json: false,
      },
    ))
  it('wants no option it does not know', async () =>
    assert.ok('misused' in ((await read('--force')) ?? {})))
  it('says what it did, by table', () => {
    for (const line of [/log_entry +12/, /operation +3/, /step +2/, /service +0/, /field +1/])
      assert.match(show(), line)
  })
  it('says that nothing was changed where it was only tried', () =>
    assert.match(show({ dry_run: true }), /nothing was changed/))
  it('says nothing of old bytes where it was only tried', () =>
    assert.doesNotMatch(show({ dry_run: true }), /bytes/))
  it('says how many were told by a name others may have', () =>
    assert.match(show(), /by name alone: 2.*whoever else has that name/s))
  it('does not warn of that where nobody was', () =>
    assert.doesNotMatch(show({ entries_by: { subject: 1, name: 0, words: 0 } }), /whoever else/))
  it('names operations that have not ended, as many as can be read', () =>
    assert.match(show(), /op_0, .*op_19 and 5 more \(--json has all\)/))
  it('names services whose account is in use', () => assert.match(show(), /Accounts in use.*1042/))
  it('says that old bytes may be left while another program reads the file', () =>
    assert.match(show({ bytes: 'busy' }), /give the command again/))
  it('says what is to be done on a server', () =>
    assert.match(show({ bytes: 'server' }), /bff\/log\/README\.md/))
  it('says that entries cannot be read', () =>
    assert.match(show({ unreadable: 2 }), /whom they name: 2/))
  it('lets no name move the terminal', () =>
    assert.doesNotMatch(show().replaceAll('\n', ''), /\p{Cc}/u))
})
