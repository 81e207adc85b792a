import type { SkipReason } from '@agent-brain/contract/jobs';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Resolved dependency versions, written by tools. Lower case. */
const lockFiles = words(`
  package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock .package-lock.json cargo.lock
  poetry.lock uv.lock pdm.lock pixi.lock pipfile.lock conda-lock.yml composer.lock gemfile.lock gems.locked go.sum go.work.sum
  mix.lock rebar.lock pubspec.lock podfile.lock package.resolved cartfile.resolved flake.lock packages.lock.json paket.lock
  project.assets.json gradle.lockfile buildscript-gradle.lockfile .terraform.lock.hcl shard.lock stack.yaml.lock
  cabal.project.freeze buf.lock module.bazel.lock chart.lock requirements.lock
`);

/** Names that hold credentials by the custom of the tool that reads them. Lower case. */
const secretFiles = words(`
  .npmrc .pypirc .netrc _netrc .pgpass .my.cnf .mylogin.cnf .git-credentials .htpasswd .dockercfg .dockerconfigjson credentials
  credentials.json credentials.csv credentials.yml.enc credentials.toml client_secret.json client_secrets.json
  application_default_credentials.json service-account.json serviceaccount.json kubeconfig master.key .vault-token .vault_pass
  .s3cfg .boto id_rsa id_dsa id_ecdsa id_ecdsa_sk id_ed25519 id_ed25519_sk secring.gpg
`);
/** `.env` and its relatives (`.env.production`, `.envrc`, `prod.env`), but not the examples that are made to be read. */
const environmentFile = /^(?:\.env(?:rc|[._-].*)?|.*\.env)$/;
const exampleEnvironment = /(?:^|[._-])(?:example|examples|sample|template|tmpl|dist|defaults?)(?:[._-]|$)/;
/** Private keys, key stores, states that hold secrets in the clear. */
const secretExtension =
  /\.(?:pem|key|p12|pfx|p8|pkcs8|ppk|jks|keystore|kdbx?|gpg|pgp|age|tfstate|ovpn|mobileprovision|keytab)(?:\.(?:backup|bak|old|orig|~))?$/;
const serviceAccount = /(?:^|[._-])service[._-]?account(?:[._-].*)?\.json$/;
/** Directories of credentials, wherever they lie. */
const secretDirectories = words(`
  .ssh .gnupg .aws .azure .gcloud .kube .password-store
`);

/**
 * Files that a tool writes and reads, in formats that nobody writes by hand. Whether code is generated is for its content
 * to say. Compared with the lower-case name.
 */
const generatedNames: readonly RegExp[] = [/\.(?:js|mjs|cjs|css|ts)\.map$/, /\.snap$/, /^project\.pbxproj$/, /\.tsbuildinfo$/];

/** Whether a file is left out by its name alone, and why; secrets go before everything. */
export function reasonByName(name: string): SkipReason | null {
  const lower = name.toLowerCase();
  if (isSecretName(lower)) return 'secret';
  if (lockFiles.has(lower)) return 'lock_file';
  return generatedNames.some((pattern) => pattern.test(lower)) ? 'generated' : null;
}

/** Whether a directory is left out with all beneath it, by its name alone. */
export function reasonByDirectoryName(name: string): SkipReason | null {
  if (secretDirectories.has(name)) return 'secret';
  return name === pythonStateDirectory ? 'excluded' : null;
}

/** State of the Python program of this name: an index in another form, and a key. */
const pythonStateDirectory = '.agent-brain';

function isSecretName(lower: string): boolean {
  if (secretFiles.has(lower) || secretExtension.test(lower) || serviceAccount.test(lower)) return true;
  return environmentFile.test(lower) && !exampleEnvironment.test(lower);
}

/** Stores of version control systems: never reported, never entered. */
export const repositoryDirectories: ReadonlySet<string> = words(`
  .git .hg .svn .jj .bzr .pijul _darcs CVS
`);

/**
 * What tools put beside the sources and can make again. Left out only where no git repository is
 * around, because there nobody has written the .gitignore that says so.
 */
export const derivedDirectories: ReadonlySet<string> = words(`
  node_modules bower_components .pnpm-store .yarn __pycache__ .venv site-packages .tox .nox .mypy_cache .pytest_cache .ruff_cache
  .ipynb_checkpoints .gradle .terraform .next .nuxt .svelte-kit .parcel-cache .turbo .cache .dart_tool .bundle .stack-work
  dist-newstyle _build DerivedData Pods .eggs .direnv
`);
