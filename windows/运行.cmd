@echo off
rem Drop the inbox, the folder of a school year or files in it onto this file: these school years are computed and published.
rem Only ASCII here: cmd.exe misreads other letters in batch files. Paths stay out of brackets: they may hold ")".
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
for %%I in ("%~dp0..") do set "ROOT=%%~fI"
set "JUNHENG=%ROOT%\.venv\Scripts\junheng.exe"
if not defined JUNHENG_HOME set "JUNHENG_HOME=%ROOT%\junheng-home"
set "CODE=2"
if not exist "%JUNHENG%" goto explain
if "%~1"=="" goto explain
"%JUNHENG%" run %*
set "CODE=%ERRORLEVEL%"
goto end
:explain
type "%~dp0README.txt"
:end
echo.
pause
rem Not "exit /b": what follows an "&" in the name of a dropped file must never be run.
exit %CODE%
