import Options

extension CompletionScript {
    /// For bash 4 and newer, which reads it from `share/bash-completion/completions/aniwho`.
    var bash: String {
        let groups = words.filter { !$0.second.isEmpty }.map { word in
            "        \(word.word)) ((COMP_CWORD == 2)) && { _aniwho_words '\(word.second.map(\.word).joined(separator: " "))'; return; } ;;"
        }
        return """
            # Completion of aniwho for bash, made by: aniwho completion bash
            _aniwho_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}"); }
            _aniwho_paths() {
                compopt -o filenames
                mapfile -t COMPREPLY < <(compgen "$1" -- "${COMP_WORDS[COMP_CWORD]}")
            }
            _aniwho() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
                local options= files= folders= texts= operands=
                COMPREPLY=()
                if ((COMP_CWORD == 1)); then
                    _aniwho_words '\(words.map(\.word).joined(separator: " ")) --help --version'
                    return
                fi
                case ${COMP_WORDS[1]} in
            \(groups.joined(separator: "\n"))
                esac
                case "${COMP_WORDS[1]} ${COMP_WORDS[2]} " in
            \(declarations.map(bashCase).joined(separator: "\n"))
                esac
                if [[ " $files " == *" $before "* ]]; then _aniwho_paths -f
                elif [[ " $folders " == *" $before "* ]]; then _aniwho_paths -d
                elif [[ " $texts " == *" $before "* ]]; then return
                elif [[ $word == -* ]]; then _aniwho_words "$options"
                elif [[ $operands ]]; then _aniwho_paths "$operands"
                else _aniwho_words "$options"
                fi
            }
            complete -F _aniwho aniwho

            """
    }

    private func bashCase(_ declaration: Declaration) -> String {
        func names(_ options: [Option]) -> String { options.map { "--\($0.name)" }.joined(separator: " ") }
        func names(_ kind: ValueKind) -> String { names(declaration.allOptions.filter { $0.kind == kind }) }
        let operands =
            switch Self.operands(declaration) {
            case .file: "-f"
            case .folder: "-d"
            case .text: ""
            }
        let words = declaration.words.joined(separator: " ")
        return "        '\(words) '*) options='\(names(declaration.allOptions))' files='\(names(.file))' "
            + "folders='\(names(.folder))' texts='\(names(.text))' operands=\(operands) ;;"
    }
}
