import { describe, expect, test } from 'vitest';
import { decodeAnyText } from './index.ts';

/** Characters of a legacy encoding, by what its decoder makes of all pairs of bytes. */
function encoderOf(encoding: string): (text: string) => Buffer {
  const decoder = new TextDecoder(encoding);
  const bytesOf = new Map<string, number[]>();
  const note = (...bytes: number[]): void => {
    const text = decoder.decode(Uint8Array.from(bytes));
    if ([...text].length === 1 && text !== '\uFFFD' && !bytesOf.has(text)) bytesOf.set(text, bytes);
  };
  for (let first = 0; first < 256; first += 1) note(first);
  for (let first = 0x80; first < 256; first += 1) for (let second = 0x40; second < 256; second += 1) note(first, second);
  return (text) => Buffer.from([...text].flatMap((character) => bytesOf.get(character) ?? [0x3f]));
}

/** Comments of one language as they stand in sources. */
const chinese = ['打开数据库连接并返回句柄', '读取配置文件失败', '计算两个日期之间的天数', '注意：这里不能为空', '写入日志文件时发生错误'];
const taiwanese = ['打開資料庫連線', '讀取設定檔失敗', '計算兩個日期之間的天數', '注意：這裡不能為空', '執行緒安全的佇列'];
const japanese = [
  'データベース接続を開く',
  '設定ファイルの読み込みに失敗しました',
  '注意：空にできません',
  '注文の合計金額を返す',
  '接続プール',
];
const korean = ['데이터베이스 연결을 연다', '설정 파일을 읽지 못했습니다', '두 날짜 사이의 일수를 계산한다', '초기화', '스레드 안전 큐'];
const russian = ['пул соединений', 'не удалось прочитать файл настроек', 'вход пользователя', 'Инициализация', 'ошибка записи в журнал'];
const western = ['Größe der Datei', 'überprüft die Verbindung', 'café déjà vu', 'niño pequeño', 'Öffnet die Datenbank'];

const source = (comment: string): string =>
  `/* ${comment} */\nint open_pool(const char *path, int flags) {\n  if (path == NULL) return -1;\n  return flags;\n}\n`;

describe.each([
  ['gb18030', chinese],
  ['big5', taiwanese],
  ['shift_jis', japanese],
  ['euc-jp', japanese],
  ['euc-kr', korean],
  ['windows-1251', russian],
  ['koi8-r', russian],
  ['windows-1252', western],
])('a source in %s', (encoding, comments) => {
  const encode = encoderOf(encoding);

  test('is read with a few comments', async () => {
    const text = comments.map(source).join('');
    expect(await decodeAnyText(encode(text))).toEqual({ text, encoding, isRepaired: false });
  });

  test.each(comments)('is read with the one comment %s', async (comment) => {
    expect(await decodeAnyText(encode(source(comment)))).toMatchObject({ text: source(comment), isRepaired: false });
  });
});

describe('bytes in no known encoding', () => {
  test('give the lines that can be read', async () => {
    const bytes = Buffer.concat([
      Buffer.from('first_name = 1\n# '),
      Buffer.from([0x81, 0xff, 0xfe, 0x80, 0xff, 0x20, 0xfd, 0xff, 0x81]),
      Buffer.from('\nsecond_name = 2 # größer\n'),
    ]);
    expect(await decodeAnyText(bytes)).toMatchObject({ text: expect.stringMatching(/^first_name = 1\n.*\nsecond_name = 2 # größer\n$/) });
  });

  test('that hold no line of text are no text', async () => {
    const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => 0x80 + ((at * 37) % 128)));
    expect(await decodeAnyText(noise)).toEqual({ skip: 'not_text' });
  });
});
