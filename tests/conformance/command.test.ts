import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { Agent, request } from 'undici'
import { commandOf } from '../program-command.ts'

/** Runs the command until it has printed a text or ended. */
async function run(args: readonly string[], wanted: string) {
  const child = spawn(process.execPath, [...commandOf('bff/demo/whm/main.ts'), ...args])
  after(() => child.kill('SIGKILL'))
  let text = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await new Promise<void>((resolve) => {
    const take = (bytes: Buffer) => {
      text += bytes.toString()
      if (text.includes(wanted)) resolve()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    ended.then(() => resolve())
  })
  return { child, text: () => text, ended }
}

describe('the server as a command', () => {
  const data = mkdtempSync(join(tmpdir(), 'whm-'))
  after(() => rmSync(data, { recursive: true, force: true }))

  it('answers with what it printed, and stops cleanly', async () => {
    const args = ['--port', '0', '--control-port', '0', '--data', data, '--host', 'my.whm.test']
    const started = await run(args, 'Stop with')
    const told = Object.fromEntries(
      started
        .text()
        .split('\n')
        .map((line) => line.split(/\s+/).slice(0, 2)),
    )
    const agent = new Agent({ connect: { ca: readFileSync(String(told.ca)) } })
    const { statusCode } = await request(`${told.url}/json-api/version?api.version=1`, {
      dispatcher: agent,
      headers: { authorization: `whm root:${told.token}` },
    })
    await agent.destroy()
    started.child.kill('SIGINT')
    assert.deepEqual([statusCode, await started.ended], [200, 0])
  })

  it('says in a sentence what is wrong with a port, and ends with 2', async () => {
    const { text, ended } = await run(['--port', 'many', '--data', data], 'port')
    assert.deepEqual([text().trim(), await ended], ['“many” is not a port.', 2])
  })
})
