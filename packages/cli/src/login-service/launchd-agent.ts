/** By this line a file is known as ours; nothing else is overwritten or removed. */
export const agentMark = '<!-- Written by `agent-brain daemon enable`; `agent-brain daemon disable` removes it. -->';

export interface AgentOptions {
  readonly label: string;
  readonly command: readonly string[];
  /** What a start that fails says; the daemon itself writes its log there. */
  readonly logFile: string;
}

/**
 * A launchd agent (launchd.plist(5)). launchd is not asked to keep it alive: a daemon that has nothing to do ends, and
 * the next client starts it again. git is looked for where Homebrew puts it as well, which launchd's own PATH leaves out.
 */
export const renderAgent = ({ label, command, logFile }: AgentOptions): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
${agentMark}
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${escaped(label)}</string>
  <key>ProgramArguments</key>
  <array>
${command.map((word) => `    <string>${escaped(word)}</string>`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    <string>/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin</string>
  </dict>
  <key>WorkingDirectory</key>
  <string>/</string>
  <key>Umask</key>
  <integer>63</integer>
  <key>RunAtLoad</key>
  <true/>
  <key>ProcessType</key>
  <string>Background</string>
  <key>StandardOutPath</key>
  <string>${escaped(logFile)}</string>
  <key>StandardErrorPath</key>
  <string>${escaped(logFile)}</string>
</dict>
</plist>
`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
