import { wordSet } from './word-set.ts';

/** Extensions of files that are never text; they are not opened. */
export const binaryExtensions: ReadonlySet<string> = wordSet(`
  png jpg jpeg jpe jfif gif bmp ico icns cur tif tiff webp avif heic heif psd ai eps xcf raw cr2 nef dng tga dds ktx ktx2 exr hdr
  mp3 mp4 m4a m4v mkv avi mov wmv flv webm ogg oga ogv opus flac wav aac wma aiff mid midi mpg mpeg 3gp
  zip gz tgz bz2 tbz2 xz txz zst lz lz4 lzma 7z rar tar jar war ear aar apk aab ipa deb rpm dmg iso img cab msi pkg whl egg gem nupkg crx xpi vsix phar
  exe dll so dylib a o obj lib pdb class pyc pyo pyd elc beam node wasm bc rlib rmeta ko hi dex swiftmodule ilk exp
  ttf otf woff woff2 eot pfb pfm
  doc xls xlsx xlsm ppt pptx odt ods odp pages numbers epub mobi djvu rtf
  db sqlite sqlite3 db3 mdb accdb dbf ldb frm ibd rdb
  parquet arrow feather orc avro npy npz pkl pickle pt pth ckpt onnx tflite pb h5 hdf5 mat safetensors gguf ggml bin dat mo gmo rds rdata
  blend fbx glb stl 3ds usdz unitypackage uasset umap pak vpk
  swp swo ds_store lnk pcap pcapng dmp core hprof prof profraw profdata gcda gcno
  pack idx rev jks bks bcfks svgz
`);
