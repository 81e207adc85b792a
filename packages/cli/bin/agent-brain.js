#!/usr/bin/env node
// Old syntax on purpose: this file must be understood by a Node.js that is too old for the rest, to say so.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import url from 'node:url';

var NEEDED = [22, 18];
var EXIT_NODE_TOO_OLD = 78;
// Some times what the cache holds.
var NEEDED_BYTES = 32 * 1024 * 1024;
var program = fs.realpathSync(url.fileURLToPath(import.meta.url));

if (isNewEnough(process.versions.node)) {
  run();
} else {
  runWithBroughtNode();
}

function isNewEnough(version) {
  var parts = version.split('.').map(Number);
  return parts[0] > NEEDED[0] || (parts[0] === NEEDED[0] && parts[1] >= NEEDED[1]);
}

function run() {
  var argv = process.argv.slice(2);
  var isServer = argv[0] === 'serve';
  entryOf(argv, isServer)
    .then(function (entry) {
      return import(url.pathToFileURL(entry).href);
    })
    .then(function (entered) {
      return isServer ? entered.serve(argv.slice(1)) : entered.main(argv, program);
    });
}

// A package has its programs bundled. In the repository they are built when a source has changed, or run from source.
function entryOf(argv, isServer) {
  var part = isServer ? 'server' : 'cli';
  var sources = path.join(path.dirname(program), '..', 'src');
  if (!fs.existsSync(sources)) {
    enableCompileCache(argv);
    return Promise.resolve(path.join(path.dirname(program), '..', 'lib', part + '.js'));
  }
  return builtInRepository(part).then(function (built) {
    if (built !== undefined) {
      if (typeof module.enableCompileCache === 'function') module.enableCompileCache(built.compileCache);
      return built.entry;
    }
    enableCompileCache(argv);
    return isServer ? module.createRequire(program).resolve('@agent-brain/server/main') : path.join(sources, 'main', 'index.ts');
  });
}

function builtInRepository(part) {
  if (process.env.AGENT_BRAIN_RUN_SOURCES === '1') return Promise.resolve(undefined);
  var repository = path.join(path.dirname(program), '..', '..', '..');
  return import(url.pathToFileURL(path.join(repository, 'scripts', 'built', 'built-program.js')).href)
    .then(function (builds) {
      return builds.builtProgram(repository, part);
    })
    .catch(function () {
      return undefined;
    });
}

// The cache belongs to the user alone, so that nobody else can plant code in it. It is used once the
// user's directory is there: commands that only look (`doctor`, `--version`) or clear away leave no trace.
function enableCompileCache(argv) {
  if (typeof module.enableCompileCache !== 'function') return;
  if (argv.indexOf('doctor') !== -1 || argv.indexOf('uninstall') !== -1) return;
  try {
    // Tests give each user a new home; in all of them the same is compiled.
    if (process.env.AGENT_BRAIN_TEST === '1' && process.env.AGENT_BRAIN_COMPILE_CACHE) {
      module.enableCompileCache(process.env.AGENT_BRAIN_COMPILE_CACHE);
      return;
    }
    var home = process.env.AGENT_BRAIN_HOME || path.join(os.homedir(), '.agent-brain');
    if (!path.isAbsolute(home) || !isPrivate(home) || !hasRoom(home)) return;
    var cache = path.join(home, 'cache', 'compile');
    // Not left to Node.js, which makes it as open as the umask allows.
    fs.mkdirSync(cache, { recursive: true, mode: 0o700 });
    if (!isPrivate(path.dirname(cache)) || !isPrivate(cache)) return;
    module.enableCompileCache(cache);
    // Node.js makes a folder of its own in it, with the permissions that the umask leaves.
    if (module.getCompileCacheDir()) fs.chmodSync(module.getCompileCacheDir(), 0o700);
  } catch (error) {
    // Only speed is lost: the user has no home, or one that cannot be written.
  }
}

// On a full disk Node.js leaves the beginning of every file that it could not write.
function hasRoom(directory) {
  var disk = fs.statfsSync(directory);
  return disk.bavail * disk.bsize > NEEDED_BYTES;
}

function isPrivate(directory) {
  try {
    var found = fs.statSync(directory);
    return found.isDirectory() && (!process.getuid || (found.uid === process.getuid() && (found.mode & 0o022) === 0));
  } catch (error) {
    return false;
  }
}

// The repository brings Node.js as an npm package; a user's machine may have nothing but an old one.
function runWithBroughtNode() {
  var brought = findBroughtNode();
  if (brought === undefined) {
    process.stderr.write(
      'agent-brain needs Node.js >= ' +
        NEEDED.join('.') +
        ' (found v' +
        process.versions.node +
        ' at ' +
        process.execPath +
        ').\n' +
        'Next step: install a newer Node.js (https://nodejs.org, or your version manager: `nvm install 24`), then run the command again.\n',
    );
    process.exitCode = EXIT_NODE_TOO_OLD;
    return;
  }
  var child = childProcess.spawn(brought, [program].concat(process.argv.slice(2)), { stdio: 'inherit' });
  // The terminal sends Ctrl-C to the child as well; it decides what that means.
  process.on('SIGINT', function () {});
  ['SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on('error', function (error) {
    process.stderr.write('agent-brain could not run ' + brought + ': ' + error.message + '\n');
    process.exitCode = EXIT_NODE_TOO_OLD;
  });
  child.on('exit', function (code, signal) {
    if (signal === null) {
      process.exitCode = code;
    } else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}

function findBroughtNode() {
  var name = process.platform === 'win32' ? 'node.exe' : 'bin/node';
  for (var dir = path.dirname(program); ; dir = path.dirname(dir)) {
    var candidate = path.join(dir, 'node_modules', 'node-' + platformName() + '-' + process.arch, name);
    if (fs.existsSync(candidate)) return candidate;
    if (path.dirname(dir) === dir) return undefined;
  }
}

function platformName() {
  return process.platform === 'win32' ? 'win' : process.platform;
}
