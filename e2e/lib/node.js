// The real program, with an invented province in it, on a free port of this machine.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/// Where the program lies: named by the environment, or as cargo builds it.
export function program() {
  const named = process.env.FAIRFILE_BIN;
  const built = join(HERE, '../../target/debug/fairfile');
  const path = named ?? built;
  if (!existsSync(path)) throw new Error(`${path} is not there; build it first: cargo build -p fairfile`);
  return path;
}

/// Starts `fairfile demo` and waits until it says where it listens.
export function startDemo() {
  return start(['demo']);
}

/// Founds a demo node with nobody on file and serves it.
export async function startFounded() {
  const folder = mkdtempSync(join(tmpdir(), 'fairfile-e2e-'));
  const node = join(folder, 'node');
  const founded = await run(['init', node, '--demo', '--clock', '2026-11-23T09:00:00+08:00']);
  if (founded.code !== 0) throw new Error(`no node was founded: ${founded.err}`);
  const served = await start(['serve', '--node', node, '--listen', '127.0.0.1:0']);
  const stop = async () => {
    await served.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...served, stop };
}

async function start(args) {
  const child = spawn(program(), ['--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints = [];
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const ended = new Promise((tell) => child.once('exit', (code) => tell(code)));
  const told = new Promise((tell) => createInterface({ input: child.stdout }).once('line', tell));
  const line = await Promise.race([told, ended]);
  if (typeof line !== 'string') throw new Error(`${args[0]} ended with ${line}: ${complaints.join(' | ')}`);
  const { address, keys } = JSON.parse(line);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { address, keys, stop, complaints };
}

/// Runs the program to its end, with `input` on its standard input; gives what it printed and its exit code.
export function run(args, input = '') {
  return new Promise((tell, fail) => {
    const child = spawn(program(), args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (err += text));
    child.once('error', fail);
    child.once('close', (code) => tell({ code, out, err }));
    child.stdin.end(input);
  });
}
