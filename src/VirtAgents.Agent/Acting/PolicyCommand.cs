using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Hosting;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Acting;

/// <summary>The commands that check and try a policy file. They change nothing and ask nobody.</summary>
internal sealed class PolicyCommand(TimeProvider time, TextWriter output, TextWriter error)
{
    private readonly Argument<string> _file = new("FILE") { Description = $"Policy file, such as {PolicySource.DefaultPath}" };
    private readonly Option<string> _kind = new("--directive") { Description = "Kind of directive, such as destroy", HelpName = "KIND", Required = true };
    private readonly Option<string?> _vm = new("--vm") { Description = "Name or UUID of the VM it acts on", HelpName = "VM" };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "Owner of the VM", HelpName = "TENANT" };
    private readonly Option<string?> _at = new("--at") { Description = "When, such as 2026-03-02T22:15 (local time, or with an offset); now when left out", HelpName = "TIME" };
    private readonly Option<string> _form = new("--output", "-o") { Description = "text or json", HelpName = "FORM", DefaultValueFactory = _ => "text" };

    /// <summary>The command with its parts; the answer goes to <paramref name="done"/>.</summary>
    public Command Build(Action<ExitCode> done)
    {
        var check = new Command("check", "Checks a policy file and names every error; exit status 0 or 2") { _file };
        check.SetAction(parsed => done(Check(parsed.GetRequiredValue(_file))));
        var test = new Command("test", "Says whether a policy would allow a directive, and by which rule; exit status 0 allowed, 5 refused, 2 wrong file or arguments")
        {
            _file, _kind, _vm, _tenant, _at, _form,
        };
        test.SetAction(parsed => done(Test(parsed)));
        _form.AcceptOnlyFromAmong("text", "json");
        return new Command("policy", "Checks and tries the policy that says what may be done on this host") { check, test };
    }

    private ExitCode Check(string path)
    {
        if (Load(path) is not { } policy)
        {
            return ExitCode.Misconfigured;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"virtagent: the policy {path} is fine; it has {policy.Rules.Length} rule(s)"));
        return ExitCode.Fine;
    }

    private ExitCode Test(ParseResult parsed)
    {
        string kind = parsed.GetRequiredValue(_kind);
        if (DirectiveCatalogue.Find(kind) is not { } definition)
        {
            return Wrong($"--directive {kind}: there is no such kind; allowed: {string.Join(", ", DirectiveCatalogue.All.Select(d => d.Name))}");
        }

        string? name = parsed.GetValue(_vm);
        if ((definition.Target == DirectiveTarget.Vm) != (name is not null))
        {
            return Wrong(name is null ? $"--vm is missing: {kind} acts on a VM" : $"--vm {name}: {kind} does not act on a VM");
        }

        if (!TryTime(parsed.GetValue(_at), out DateTimeOffset at))
        {
            return Wrong($"--at {parsed.GetValue(_at)}: is not a time such as 2026-03-02T22:15");
        }

        if (Load(parsed.GetRequiredValue(_file)) is not { } policy)
        {
            return ExitCode.Misconfigured;
        }

        VmInfo? vm = name is null ? null : Imagine(name, parsed.GetValue(_tenant) ?? "");
        PolicyVerdict verdict = PolicyJudge.Judge(policy, definition.Kind, vm, at, [], running: 0);
        output.WriteLine(parsed.GetValue(_form) == "json" ? ToJson(verdict) : (verdict.IsAllowed ? "allowed: " : "refused: ") + verdict.Detail);
        return verdict.IsAllowed ? ExitCode.Fine : ExitCode.Refused;
    }

    private static VmInfo Imagine(string name, string tenant) =>
        new(1, new VmId(Guid.TryParse(name, out Guid id) ? id : Guid.Empty), name, tenant, 0, 0, [], []);

    private static string ToJson(PolicyVerdict verdict)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("allowed", verdict.IsAllowed);
            writer.WriteString("rule", verdict.Rule);
            writer.WriteString("detail", verdict.Detail);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private bool TryTime(string? text, out DateTimeOffset at)
    {
        at = time.GetLocalNow();
        if (text is null)
        {
            return true;
        }

        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime clock))
        {
            return false;
        }

        at = clock.Kind == DateTimeKind.Unspecified
            ? new DateTimeOffset(clock, time.LocalTimeZone.GetUtcOffset(clock))
            : TimeZoneInfo.ConvertTime(new DateTimeOffset(clock), time.LocalTimeZone);
        return true;
    }

    private HostPolicy? Load(string path)
    {
        List<ConfigurationError> errors = [];
        HostPolicy? policy = null;
        try
        {
            policy = PolicyReader.Read(File.ReadAllBytes(path), path, errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError(path, null, $"cannot be read: {e.Message}", "file"));
        }

        foreach (ConfigurationError problem in errors)
        {
            error.WriteLine($"virtagent: {problem}");
        }

        return policy;
    }

    private ExitCode Wrong(string problem)
    {
        error.WriteLine($"virtagent: {problem}");
        return ExitCode.Misconfigured;
    }
}
