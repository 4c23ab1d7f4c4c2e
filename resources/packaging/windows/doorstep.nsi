; The installer for Windows 10 and 11, x64: per machine where it is started with those rights, else
; per user; /AllUsers and /CurrentUser choose. /S asks nothing, /D=FOLDER (last) names the folder.
; Built by installers.sh:  makensis -DVERSION=0.1.0 -DSOURCE=dist/windows/doorstep -DOUT=FILE
Unicode true
Target amd64-unicode
!ifdef QUICK
SetCompress off
!else
SetCompressor /SOLID lzma
SetCompressorDictSize 64
!endif
ManifestSupportedOS all
ManifestLongPathAware true

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_INSTDIR "Doorstep"
!define MULTIUSER_USE_PROGRAMFILES64
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Doorstep"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!include MultiUser.nsh
!include MUI2.nsh
!include WordFunc.nsh

Name "家门口 Doorstep"
OutFile "${OUT}"
BrandingText "Doorstep ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Doorstep"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "家门口 Doorstep"
VIAddVersionKey LegalCopyright "Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE SimpChinese
!insertmacro MUI_LANGUAGE English
LangString NEWER ${LANG_ENGLISH} "A newer version is installed: nothing was changed."
LangString NEWER ${LANG_SIMPCHINESE} "已装有更新的版本，没有改动任何东西。"

; What msiexec answers where another version is there.
!define ANOTHER_VERSION 1638

Var Named

Function .onInit
    SetRegView 64
    ; What /D names, which choosing between machine and user would write over.
    StrCpy $Named $INSTDIR
    !insertmacro MULTIUSER_INIT
    StrCmp $Named "" +2
    StrCpy $INSTDIR $Named
    ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "DisplayVersion"
    StrCmp $0 "" fresh
    ${VersionCompare} "$0" "${VERSION}" $1
    StrCmp $1 1 0 fresh
    MessageBox MB_OK|MB_ICONSTOP "$(NEWER)" /SD IDOK
    SetErrorLevel ${ANOTHER_VERSION}
    Abort
fresh:
FunctionEnd

Function un.onInit
    SetRegView 64
    !insertmacro MULTIUSER_UNINIT
FunctionEnd

Section
    SetOutPath "$INSTDIR"
    ; Of an earlier version nothing may be left among the parts of this one, nor start before it.
    RMDir /r "$INSTDIR\_internal"
    RMDir /r "$INSTDIR\versions"
    File /r "${SOURCE}/*"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateDirectory "$SMPROGRAMS"
    CreateShortcut "$SMPROGRAMS\家门口 Doorstep.lnk" "$INSTDIR\doorstep.exe"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "家门口 Doorstep"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\doorstep.exe"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "Doorstep"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

; What people recorded lies in their own folders and stays.
Section Uninstall
    Delete "$SMPROGRAMS\家门口 Doorstep.lnk"
    RMDir /r "$INSTDIR\_internal"
    RMDir /r "$INSTDIR\versions"
    Delete "$INSTDIR\doorstep.exe"
    Delete "$INSTDIR\doorstep-cli.exe"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    DeleteRegKey SHCTX "${UNINSTALL_KEY}"
SectionEnd
