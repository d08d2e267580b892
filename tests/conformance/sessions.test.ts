import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fields, HARBOUR, metadata, server } from './asking.ts'

function cookieOf(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  return String(headers['set-cookie']).split(';')[0] ?? ''
}

describe('a login session', () => {
  const clock = { now: Date.now() }
  const whm = server({ clock: () => clock.now })
  const make = async (more: Record<string, string> = {}) =>
    whm.data('create_user_session', { user: 'lakeside', service: 'cpaneld', ...more })
  const pathOf = (data: Record<string, unknown>) => {
    const url = new URL(String(data.url))
    return `${url.pathname}${url.search}`
  }

  it('is created in the published words', async () => {
    const params = { user: 'lakeside', service: 'cpaneld' }
    assert.equal(metadata(await whm.call('create_user_session', params)).reason, 'Created session')
  })

  it('has an address of the published form on this server', async () => {
    const { url } = await make()
    const form = `^https://localhost:${whm.whm.port}/cpsess\\d{10}/login/\\?session=lakeside%3a\\w{64}$`
    assert.match(String(url), new RegExp(form))
  })

  it('has the host that was preferred', async () => {
    const { url } = await make({ preferred_domain: 'whm.demo.test' })
    assert.equal(new URL(String(url)).hostname, 'whm.demo.test')
  })

  it('opens with a cookie and leads to the panel', async () => {
    const { status, headers } = await whm.send(pathOf(await make()))
    assert.deepEqual([status, cookieOf(headers).startsWith('cpsession=')], [301, true])
  })

  it('shows who is logged in', async () => {
    const opened = await whm.send(pathOf(await make({ app: 'Email_Accounts' })))
    const { text } = await whm.send(String(opened.headers.location), {
      headers: { cookie: cookieOf(opened.headers) },
    })
    assert.match(text, /logged in as lakeside.+Email_Accounts/)
  })

  it('shows nothing without the cookie', async () => {
    const opened = await whm.send(pathOf(await make()))
    assert.equal((await whm.send(String(opened.headers.location))).status, 401)
  })

  it('opens only once', async () => {
    const path = pathOf(await make())
    const statuses = [(await whm.send(path)).status, (await whm.send(path)).status]
    assert.deepEqual(statuses, [301, 401])
  })

  it('does not open later than 15 minutes', async () => {
    const path = pathOf(await make())
    clock.now += 15 * 60_000
    assert.equal((await whm.send(path)).status, 401)
  })

  it('ends after 15 minutes without a visit', async () => {
    const opened = await whm.send(pathOf(await make()))
    clock.now += 15 * 60_000
    const page = await whm.send(String(opened.headers.location), {
      headers: { cookie: cookieOf(opened.headers) },
    })
    assert.equal(page.status, 401)
  })

  it('is for mail with an address', async () => {
    const { session } = await make({ user: 'info@lakeside-bakery.example', service: 'webmaild' })
    assert.match(String(session), /^info@lakeside-bakery\.example:/)
  })

  it('of the server’s administration is for resellers only', async () => {
    const params = { user: 'lakeside', service: 'whostmgrd' }
    assert.equal(await whm.works('create_user_session', params), false)
  })

  it('of a reseller lets her call the API with its cookie', async () => {
    const made = await whm.data(
      'create_user_session',
      { user: 'harbour', service: 'whostmgrd' },
      HARBOUR,
    )
    const opened = await whm.send(pathOf(made))
    const prefix = String(made.cp_security_token)
    const { json } = await whm.send(`${prefix}/json-api/gethostname?api.version=1`, {
      headers: { cookie: cookieOf(opened.headers) },
    })
    assert.equal(fields(fields(json).data).hostname, 'srv1.demo.test')
  })

  it('of a reseller does not, with the cookie but without the address’s prefix', async () => {
    const params = { user: 'harbour', service: 'whostmgrd' }
    const opened = await whm.send(pathOf(await whm.data('create_user_session', params, HARBOUR)))
    const { status } = await whm.send('/json-api/gethostname?api.version=1', {
      headers: { cookie: cookieOf(opened.headers) },
    })
    assert.equal(status, 403)
  })

  it('has the ports of the services when that is set', async () => {
    await whm.control('PATCH /settings', { session_ports: 'services', session_host: null })
    const url = new URL(String((await make()).url))
    assert.equal(url.host, 'srv1.demo.test:2083')
  })
})

describe('the pages around the API', () => {
  const whm = server()

  it('refuse a failed login to the letter', async () => {
    const { status, text } = await whm.send('/login/?login_only=1', {
      method: 'POST',
      body: 'user=root',
    })
    assert.deepEqual([status, text], [401, '{"status":0,"message":"see_login_log"}'])
  })

  it('refuse an address of the panel without a session', async () => {
    assert.equal((await whm.send('/')).status, 401)
  })

  it('lead a password to a session of its own', async () => {
    const authorization = `Basic ${Buffer.from('root:Granite-Ladder-58-Comet').toString('base64')}`
    const { status, headers } = await whm.send('/', { headers: { authorization } })
    assert.deepEqual([status, /^\/cpsess\d{10}\/$/.test(String(headers.location))], [307, true])
  })
})
