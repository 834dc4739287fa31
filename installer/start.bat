@echo off
rem Double click: sets Velatura up the first time, then opens it. Keeps its window after a failure.
setlocal
chcp 65001 >nul
set "boot=%~dp0bootstrap.py"

rem no blocks in brackets: a file name with a bracket in it would end them
where py >nul 2>nul
if not errorlevel 1 goto with_launcher
where python >nul 2>nul
if not errorlevel 1 goto with_python
echo error: Python is not installed.
echo hint: Install Python 3.13 (python.org), then double-click this file again.
pause
exit /b 1

:with_launcher
py -3 "%boot%" run %*
goto ended

:with_python
python "%boot%" run %*

:ended
set "code=%errorlevel%"
if "%code%"=="0" exit /b 0
echo.
echo Velatura ended with a failure, code %code%.
pause
exit /b %code%
