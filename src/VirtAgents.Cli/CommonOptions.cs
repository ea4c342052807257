using System.CommandLine;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli;

/// <summary>The options every command has, and how they become settings.</summary>
internal sealed class CommonOptions
{
    public const string AddressVariable = "VIRTCTL_COLLECTOR";

    private const string DefaultAddress = "http://127.0.0.1:7443";

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    private readonly CliEnvironment _environment;

    public CommonOptions(CliEnvironment environment) => _environment = environment;

    public Option<string?> Collector { get; } = new("--collector")
    {
        Description = $"Address of the collector. Default: {AddressVariable}, else {DefaultAddress}.",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> CaFile { get; } = new("--ca-file")
    {
        Description = "PEM file with the authority that signed the collector's certificate. Default: those the system trusts.",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<string> Output { get; } = new Option<string>("--output", "-o")
    {
        Description = "Form of the output. json and csv have base units and stable keys. Default: table.",
        HelpName = "table|json|csv",
        Recursive = true,
    }.AcceptOnlyFromAmong("table", "json", "csv");

    public Option<bool> NoColour { get; } = new("--no-color")
    {
        Description = "No colours. So does the variable NO_COLOR, and output that is not a terminal.",
        Recursive = true,
    };

    public Option<TimeSpan?> Timeout { get; } = Parsed.Duration(
        new Option<TimeSpan?>("--timeout") { Description = "How long to wait for the collector (100ms to 1h). Default: 10s.", Recursive = true },
        ShortestTimeout,
        LongestTimeout);

    public void AddTo(RootCommand root)
    {
        root.Add(Collector);
        root.Add(CaFile);
        root.Add(Output);
        root.Add(NoColour);
        root.Add(Timeout);
    }

    public CommonSettings Read(ParseResult parse)
    {
        var (address, source) = AddressOf(parse);
        var caFile = parse.GetValue(CaFile);
        if (caFile is not null && address.Scheme != Uri.UriSchemeHttps)
        {
            throw new CliFailureException(ExitCode.Usage, $"--ca-file needs a collector at https://; {address.GetLeftPart(UriPartial.Authority)} has no certificate to check.");
        }

        return new CommonSettings(address, source, caFile, FormatOf(parse.GetValue(Output)), ColourOf(parse), parse.GetValue(Timeout) ?? TimeSpan.FromSeconds(10));
    }

    private static OutputFormat FormatOf(string? name) => name switch
    {
        "json" => OutputFormat.Json,
        "csv" => OutputFormat.Csv,
        _ => OutputFormat.Table,
    };

    private (Uri Address, string Source) AddressOf(ParseResult parse)
    {
        var (text, source) = parse.GetValue(Collector) is { } option ? (option, "--collector")
            : _environment.Variable(AddressVariable) is { Length: > 0 } variable ? (variable, AddressVariable)
            : (DefaultAddress, "the default");
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && IsAddress(address))
        {
            return (address, source);
        }

        throw new CliFailureException(
            ExitCode.Usage, $"'{SafeText.Line(text)}' (from {source}) is not an address of a collector: write http://HOST:PORT or https://HOST:PORT.");
    }

    private static bool IsAddress(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { Host.Length: > 0, PathAndQuery: "/", UserInfo.Length: 0, Fragment.Length: 0 };

    // https://no-color.org: any value but an empty one.
    private bool ColourOf(ParseResult parse) =>
        _environment.OutputIsTerminal
        && !parse.GetValue(NoColour)
        && string.IsNullOrEmpty(_environment.Variable("NO_COLOR"))
        && _environment.Variable("TERM") != "dumb";
}
