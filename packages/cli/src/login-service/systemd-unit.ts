import { errorKinds } from '@agent-brain/contract/errors';

/** By this line a file is known as ours; nothing else is overwritten or removed. */
export const unitMark = '# Written by `agent-brain daemon enable`; `agent-brain daemon disable` removes it.';

/** Starting again would not help: wrong configuration, a daemon that runs already, an installation that does not fit. */
const final = (['usage', 'precondition', 'incompatible'] as const).map((kind) => errorKinds[kind].exitCode);

/**
 * A systemd user unit (systemd.service(5)). A daemon that has nothing to do ends with 0 and is started again by the
 * next client, not by systemd; one that crashes is.
 */
export const renderUnit = ({ command, home }: { command: readonly string[]; home: string }): string => `${unitMark}
[Unit]
Description=Agent Brain: local search for code and documents (${specifiers(home)})

[Service]
Type=exec
ExecStart=${command.map(quoted).join(' ')}
WorkingDirectory=/
UMask=0077
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=${final.join(' ')}
KillMode=mixed
TimeoutStopSec=20

[Install]
WantedBy=default.target
`;

const specifiers = (text: string): string => text.replaceAll('%', '%%');

/** One argument: systemd.syntax(7) reads quotes and backslashes, systemd.unit(5) `%`, systemd.service(5) `$`. */
const quoted = (word: string): string => `"${specifiers(word).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '$$$$')}"`;
