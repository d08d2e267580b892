import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connect } from 'node:tls'
import {
  LIMITED_TOKEN,
  RESELLER_TOKEN,
  ROOT_TOKEN,
  sampleWorld,
} from '../../bff/demo/whm/sample.ts'
import { fields, HARBOUR, LIMITED, list, metadata, ROOT, server } from './asking.ts'

const DENIED =
  '{"cpanelresult":{"apiversion":"2","error":"Access denied","data":{"reason":"Access denied","result":"0"},"type":"text"}}'

describe('a login', () => {
  const whm = server()
  const password = Buffer.from('root:Granite-Ladder-58-Comet').toString('base64')
  const good: readonly (readonly [string, string])[] = [
    ['whm and a token', `whm root:${ROOT_TOKEN}`],
    ['WHM and a token', `WHM root:${ROOT_TOKEN}`],
    [
      'an access hash with white space in it',
      `WHM root:${ROOT_TOKEN.slice(0, 8)} ${ROOT_TOKEN.slice(8)}`,
    ],
    ['Basic and a password', `Basic ${password}`],
    ['a reseller’s token', `whm harbour:${RESELLER_TOKEN}`],
  ]
  for (const [what, authorization] of good) {
    it(`is good with ${what}`, async () => {
      assert.equal(await whm.works('version', {}, authorization), true)
    })
  }

  const bad: readonly (readonly [string, string])[] = [
    ['a wrong token', 'whm root:WRONG'],
    ['somebody else’s token', `whm harbour:${ROOT_TOKEN}`],
    ['an unknown user', `whm constructor:${ROOT_TOKEN}`],
    ['a user who is no reseller', `whm olive:${ROOT_TOKEN}`],
    ['a wrong password', `Basic ${Buffer.from('root:wrong').toString('base64')}`],
    ['another scheme', `Bearer ${ROOT_TOKEN}`],
    ['half a pair', 'whm root'],
    ['nothing at all', ''],
  ]
  for (const [what, authorization] of bad) {
    it(`is refused with ${what}, to the letter`, async () => {
      const { status, text } = await whm.call('version', {}, authorization)
      assert.deepEqual([status, text], [403, DENIED])
    })
  }

  it('that is refused is text/plain', async () => {
    const { headers } = await whm.call('version', {}, 'whm root:WRONG')
    assert.equal(headers['content-type'], 'text/plain; charset="utf-8"')
  })

  it('that is refused closes the connection and says so with the recorded status line', async () => {
    const answer = await rawAnswer(whm.whm.port, whm.whm.ca)
    assert.match(answer, /^HTTP\/1\.1 403 Forbidden Access denied\r\n/)
    assert.match(answer, /\r\nConnection: close\r\n/i)
  })

  it('that is refused has the shape of API 2 in API 0, too', async () => {
    assert.equal((await whm.call0('version', {}, 'whm root:WRONG')).text, DENIED)
  })
})

/** What comes over the wire, byte by byte, until the server hangs up. */
function rawAnswer(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca }, () => {
      socket.write('GET /json-api/version HTTP/1.1\r\nHost: localhost\r\n\r\n')
    })
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes.toString()
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}

describe('a token that may only read', () => {
  const whm = server()

  it('reads', async () => {
    assert.equal(await whm.works('accountsummary', { user: 'lakeside' }, LIMITED), true)
  })

  it('sees every account, as root does', async () => {
    assert.equal(list((await whm.data('listaccts', {}, LIMITED)).acct).length, 8)
  })

  it('changes nothing: it gets the 403 of a wrong token', async () => {
    const { status, text } = await whm.call('suspendacct', { user: 'lakeside' }, LIMITED)
    assert.deepEqual([status, text], [403, DENIED])
  })

  it('is not told of resellers', async () => {
    assert.equal((await whm.call('listresellers', {}, LIMITED)).status, 403)
  })

  it('lists only the functions it may call', async () => {
    const { app } = await whm.data('applist', {}, LIMITED)
    assert.deepEqual(
      ['accountsummary', 'createacct', 'listresellers'].map((name) => list(app).includes(name)),
      [true, false, false],
    )
  })

  it('may be refused with a result instead', async () => {
    await whm.control('PATCH /settings', { denial: 'result_0', denial_text: 'Permission denied.' })
    const answer = await whm.call('suspendacct', { user: 'lakeside' }, LIMITED)
    const { result, reason } = metadata(answer)
    assert.deepEqual([answer.status, result, reason], [200, 0, 'Permission denied.'])
  })
})

describe('a reseller’s token', () => {
  const whm = server()

  it('cannot make resellers', async () => {
    assert.equal((await whm.call('setupreseller', { user: 'quayside' }, HARBOUR)).status, 403)
  })

  it('is useless once its reseller is suspended', async () => {
    await whm.call('suspendreseller', { user: 'harbour', 'reseller-only': '1' })
    assert.equal((await whm.call('version', {}, HARBOUR)).status, 403)
  })
})

describe('a token', () => {
  const whm = server()
  const made = async (name: string, more: Record<string, string>) => {
    const { token } = await whm.data('api_token_create', { token_name: name, ...more })
    return `whm root:${String(token)}`
  }
  const past = String(Math.floor(Date.now() / 1000) - 5)

  it('is 32 upper-case letters and digits', async () => {
    assert.match(await made('shape', {}), /^whm root:[A-Z0-9]{32}$/)
  })

  it('does what its privileges allow and no more', async () => {
    const token = await made('small', { 'acl-0': 'list-accts' })
    const statuses = [
      (await whm.call('list_users', {}, token)).status,
      (await whm.call('version', {}, token)).status,
    ]
    assert.deepEqual(statuses, [200, 403])
  })

  it('is refused after its expiry', async () => {
    const token = await made('old', { expires_at: past })
    assert.equal((await whm.call('version', {}, token)).status, 403)
  })

  it('stays in the list after its expiry', async () => {
    assert.ok(Object.hasOwn(fields((await whm.data('api_token_list')).tokens), 'old'))
  })

  it('is refused from an address that is not listed', async () => {
    const token = await made('elsewhere', { whitelist_ip: '198.51.100.0/24' })
    assert.equal((await whm.call('version', {}, token)).status, 403)
  })

  it('is good from a listed range', async () => {
    const token = await made('here', {
      'whitelist_ip-0': '198.51.100.1',
      'whitelist_ip-1': '127.0.0.0/8',
    })
    assert.equal((await whm.call('version', {}, token)).status, 200)
  })

  it('is refused once it is revoked', async () => {
    const token = await made('gone', {})
    await whm.call('api_token_revoke', { token_name: 'gone' })
    assert.equal((await whm.call('version', {}, token)).status, 403)
  })

  it('is not shown by the list', async () => {
    assert.ok(!(await whm.call('api_token_list')).text.includes(ROOT_TOKEN))
  })

  it('cannot make one that may do more than itself', async () => {
    const token = await made('maker', { 'acl-0': 'manage-api-tokens' })
    const more = { token_name: 'more', 'acl-0': 'kill-acct' }
    assert.equal(await whm.works('api_token_create', more, token), false)
  })
})

describe('too many failed logins', () => {
  const world = () => {
    const made = sampleWorld(Date.now())
    made.settings.lockout_after = 2
    return made
  }
  const whm = server({ world })

  it('lock the user out, the right token too', async () => {
    await whm.call('version', {}, 'whm root:WRONG')
    await whm.call('version', {}, 'whm root:WRONG')
    assert.equal((await whm.call('version', {}, ROOT)).status, 403)
  })

  it('can be told with a result instead', async () => {
    await whm.control('PATCH /settings', { lockout: 'result_0' })
    await whm.call('version', {}, 'whm root:WRONG')
    await whm.call('version', {}, 'whm root:WRONG')
    assert.equal(metadata(await whm.call('version', {}, ROOT)).result, 0)
  })

  it('do not concern other users', async () => {
    assert.equal((await whm.call('version', {}, HARBOUR)).status, 200)
  })
})

describe('too many calls', () => {
  const whm = server({ clock: () => Date.UTC(2026, 0, 5) })

  it('are answered with 503 and a page', async () => {
    await whm.control('PATCH /settings', { rate_limit: 2 })
    await whm.call('version')
    await whm.call('version')
    const { status, headers } = await whm.call('version')
    assert.deepEqual([status, headers['content-type']], [503, 'text/html; charset="utf-8"'])
  })
})

describe('the sample’s tokens', () => {
  it('have the shape of real ones', () => {
    for (const token of [ROOT_TOKEN, LIMITED_TOKEN, RESELLER_TOKEN])
      assert.match(token, /^[A-Z0-9]{32}$/)
  })
})
